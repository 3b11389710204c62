/** The packages that R code needs: `library(dplyr)`, and those of `dplyr::filter`. */
import type { Reference, References } from '../../domain/parameter/reference.ts';
import { rCallsOf } from './r-call.ts';
import { isInstalling } from '../review/r-review.ts';

/** Longer cells are not read. */
const MOST_CHARS = 200_000;
const NAME = /^["'`]?([A-Za-z][A-Za-z0-9.]*)["'`]?$/;
const CALLED = /^([A-Za-z][A-Za-z0-9.]*):::?[\p{L}.]/u;
/** The code may do without it. */
const MAYBE = /\b(?:if|else|try|tryCatch|requireNamespace)\b/;

/**
 * None in code that installs packages. What is behind a condition, or is asked for with `require`, does not count.
 * Connections are not read. Never throws.
 */
export function readRReferences(sources: readonly string[]): References {
  const read = sources.map((source) => (source.length > MOST_CHARS ? '' : source));
  const found = new Map<string, Reference>();
  for (const [cell, source] of read.entries()) {
    const calls = rCallsOf(source, (called) => called === 'library' || CALLED.test(called) || isInstalling(called));
    if (calls.some(({ called }) => isInstalling(called))) return { modules: [], connections: [] };
    const lines = source.split('\n');
    for (const { called, values, named, line } of calls) {
      if (MAYBE.test(lines[line - 1] ?? '') || named.has('character.only')) continue;
      const name =
        called === 'library' ? NAME.exec(values[0] ?? named.get('package') ?? '')?.[1] : CALLED.exec(called)?.[1];
      if (name !== undefined && !found.has(name)) found.set(name, { name, cell, line });
    }
  }
  return { modules: [...found.values()], connections: [] };
}
