// Builds what browsers load, and bundles the command line; each only if its sources have changed. Runs on Node 20 and
// later.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findNode, ROOT } from './node.js';

const BUILDS = [
  {
    what: 'the pages’ scripts and styles',
    config: 'vite.config.ts',
    folder: 'dist/assets',
    sources: ['src/web', 'src/domain', 'src/render', 'setup/library-copy.ts'],
  },
  { what: 'the program', config: 'vite.program.config.ts', folder: 'dist/program', sources: ['src'] },
];

/** If a build fails, throws a sentence; the builder's own message is on the terminal. */
export function build() {
  const read = readOnce();
  // sources that change during a build are newer than what it made
  const start = new Date();
  for (const { what, config, folder, sources } of BUILDS) {
    const stamp = join(ROOT, folder, '.sources');
    const hash = hashOf([...sources, config, 'package-lock.json'], read);
    if (isBuilt(stamp, hash, start)) continue;
    console.log(`Building ${what} …`);
    const { status } = spawnSync(
      findNode(),
      ['node_modules/vite/bin/vite.js', 'build', '--config', config, '--logLevel', 'warn'],
      { cwd: ROOT, stdio: 'inherit' },
    );
    if (status !== 0) throw new Error('The build failed; its message is above.');
    writeFileSync(stamp, hash);
    utimesSync(stamp, start, start);
  }
}

/**
 * Whether the stamp says that these sources are built. If so, it gets the time `at`: sources may have become newer
 * without having changed, after `git checkout` of another commit and back, and `findProgram` compares times.
 */
export function isBuilt(stamp, hash, at) {
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== hash) return false;
  utimesSync(stamp, at, at);
  return true;
}

function hashOf(paths, read) {
  const hash = createHash('sha256');
  for (const path of paths.flatMap(filesOf).sort()) hash.update(path).update('\0').update(read(path)).update('\0');
  return hash.digest('hex');
}

/** Both builds have sources in common. */
function readOnce() {
  const known = new Map();
  return (path) => {
    if (!known.has(path)) known.set(path, readFileSync(join(ROOT, path)));
    return known.get(path);
  };
}

function filesOf(path) {
  if (!existsSync(join(ROOT, path))) return [];
  if (/\.\w+$/.test(path)) return [path];
  return readdirSync(join(ROOT, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(ROOT.length + 1));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) build();
