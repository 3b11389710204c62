// Which form of the program runs: the built one, which starts in half the time, or the sources if they are newer. Runs
// on Node 20 and later.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './node.js';

/** In a checkout, once `build` has made it. */
export const BUILT = 'dist/program/main.js';

/** Path of the command line's main module in a checkout. */
export function findProgram(root = ROOT) {
  const source = join(root, 'src/cli/main.ts');
  try {
    const builtMs = statSync(join(root, 'dist/program/.sources')).mtimeMs;
    const isNewer = [join(root, 'src'), join(root, 'package-lock.json')].some((path) => changedMs(path) > builtMs);
    return isNewer ? source : join(root, BUILT);
  } catch {
    return source;
  }
}

/** When the file, or anything in the folder, was last changed. */
function changedMs(path) {
  const own = statSync(path);
  if (!own.isDirectory()) return own.mtimeMs;
  return readdirSync(path, { recursive: true }).reduce(
    (newest, name) => Math.max(newest, statSync(join(path, name)).mtimeMs),
    own.mtimeMs,
  );
}
