/** Keeps the built files of one build more: a server that is running goes on with those that it knows. */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** In the folder of the built files: what this build and the one before it have written. */
const LIST = '.generations';
const KEPT: ReadonlySet<string> = new Set([LIST, '.sources', 'manifest.json']);
const TWIN = /\.(gz|br)$/;

interface Generations {
  readonly own: readonly string[];
  readonly previous: readonly string[];
}

/**
 * `own`: names of the files that a build has just written; their names change with their bytes. Removes all others but
 * those of the last build that wrote other files, and their compressed twins.
 */
export function keepGeneration(folder: string, own: readonly string[]): void {
  const path = join(folder, LIST);
  const files = readdirSync(folder, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [entry.name] : []));
  const known: Generations = existsSync(path)
    ? (JSON.parse(readFileSync(path, 'utf8')) as Generations)
    : { own: files, previous: [] };
  const isSame = known.own.length === own.length && own.every((name) => known.own.includes(name));
  const previous = isSame ? known.previous : known.own;
  const kept = new Set([...own, ...previous]);
  for (const name of files)
    if (!KEPT.has(name) && !kept.has(name.replace(TWIN, ''))) rmSync(join(folder, name), { force: true });
  writeFileSync(path, JSON.stringify({ own, previous } satisfies Generations));
}
