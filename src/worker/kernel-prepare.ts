/** Which imports kernels are prepared for: those of the scripts, before anybody presses Run. */
import { defined } from '../domain/defined.ts';
import type { Language } from '../domain/parameter/language.ts';
import type { Cell } from '../domain/notebook/notebook.ts';
import type { PrepareContext } from './context.ts';
import type { ScriptContent } from '../domain/script/script.ts';
import type { ScriptEnvironment } from '../domain/script/script-environment.ts';
import { prefixOf } from './script-prefix.ts';

/** Number of import sets that are loaded before the first run; the others are loaded when they are needed. */
const MAX_SETS = 3;
/** Scripts whose imports are read: those that were changed last. */
const MAX_SCRIPTS = 300;
/** Characters of a cell; imports are at its top. */
const MOST_CODE_CHARS = 50_000;
/** Characters of all cells: what later ones import is loaded when they need it. */
const MOST_CHARS = 300_000;

/** Modules that the code cells import at top level, each once; none if the language cannot tell. */
export function importsOf(cells: readonly Cell[], language: Language | undefined): readonly string[] {
  let left = MOST_CHARS;
  const code = cells.filter(({ type, source }) => {
    if (type === 'code') left -= Math.min(source.length, MOST_CODE_CHARS);
    return type === 'code' && left >= 0;
  });
  return [...new Set(language === undefined ? [] : importsOfCells(code, language).flat())];
}

/** Neither ever changes, and reading a cell takes longer than the rest of a run's plan. */
const known = new WeakMap<Language, WeakMap<Cell, readonly string[]>>();

function importsOfCells(code: readonly Cell[], language: Language): (readonly string[])[] {
  const cells = known.get(language) ?? new WeakMap<Cell, readonly string[]>();
  known.set(language, cells);
  const unread = code.filter((cell) => !cells.has(cell));
  const read = language.readImports?.(unread.map(({ source }) => source.slice(0, MOST_CODE_CHARS)));
  for (const [index, cell] of unread.entries()) cells.set(cell, read?.[index] ?? []);
  return code.map((cell) => cells.get(cell) ?? []);
}

/**
 * Asks the kernels to prepare for the import sets that most scripts share, of those that were changed last, and for all
 * snapshots and packages that authors request.
 */
export async function prepareKernels(ctx: PrepareContext): Promise<void> {
  const sets = new Map<string, { readonly imports: readonly string[]; scripts: number }>();
  const ready = (await ctx.scripts.list()).filter(({ state }) => state === 'ready');
  const newest = new Set(ready.toSorted((one, other) => other.updatedAtMs - one.updatedAtMs).slice(0, MAX_SCRIPTS));
  for (const script of ready) {
    const declared = ctx.environmentFor?.(script);
    if (declared !== undefined) ctx.environments?.ensure(declared);
    if (script.options.snapshot === undefined && (declared !== undefined || !newest.has(script))) continue;
    const content = await ctx.scripts.read(script.name).catch(() => undefined);
    if (content === undefined) continue;
    if (declared !== undefined) {
      prepareWithPackages(ctx, content, declared);
      continue;
    }
    const imports = importsOf(content.notebook.cells, ctx.languages.get(content.notebook.language));
    const prefix = prefixOf(ctx, content);
    if (prefix !== undefined) ctx.kernels.prepareSnapshot?.(prefix);
    const key = [...imports].sort().join(' ');
    const known = sets.get(key) ?? { imports, scripts: 0 };
    sets.set(key, { ...known, scripts: known.scripts + 1 });
  }
  const wanted = [...sets.values()].filter(({ imports }) => imports.length > 0).sort((a, b) => b.scripts - a.scripts);
  ctx.kernels.prepare?.(wanted.slice(0, MAX_SETS).map(({ imports }) => imports));
}

/** Its snapshot is taken once its packages are there; one that has failed is named where its script is shown. */
function prepareWithPackages(ctx: PrepareContext, content: ScriptContent, declared: ScriptEnvironment): void {
  const prefix = prefixOf(ctx, content);
  if (prefix === undefined) return;
  ctx.environments?.ready(declared, new AbortController().signal).then(
    ({ python }) => ctx.kernels.prepareSnapshot?.({ ...prefix, ...defined({ python }) }),
    () => undefined,
  );
}
