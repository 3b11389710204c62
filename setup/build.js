// Builds the pages' scripts and styles when their sources have changed. Runs on Node 20 and later.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findNode, ROOT } from './node.js';

const SOURCES = ['src/web', 'src/domain', 'src/render', 'vite.config.ts', 'package-lock.json'];
const STAMP = join(ROOT, 'dist/.sources');

/** Throws a sentence when the build fails; its own message is on the terminal by then. */
export function build() {
  const sources = hashOf(SOURCES);
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === sources) return;
  console.log('Building the pages’ scripts and styles …');
  const { status } = spawnSync(findNode(), ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn'], { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) throw new Error('The build failed; its message is above.');
  writeFileSync(STAMP, sources);
}

function hashOf(paths) {
  const hash = createHash('sha256');
  for (const path of paths.flatMap(filesOf).sort()) hash.update(path).update('\0').update(readFileSync(join(ROOT, path))).update('\0');
  return hash.digest('hex');
}

function filesOf(path) {
  if (!existsSync(join(ROOT, path))) return [];
  if (/\.\w+$/.test(path)) return [path];
  return readdirSync(join(ROOT, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(ROOT.length + 1));
}
