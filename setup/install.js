// Installs the npm packages when they are missing or differ from the lock file. Runs on Node 20 and later.
import { readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { findNode, isOnNode, ROOT } from './node.js';

/**
 * Prints what it does; if it fails, throws a sentence that says what to do. No package needs an install script, so none
 * is run.
 */
export function install() {
  if (!isInstalled()) {
    console.log('Installing npm packages (npm ci) …');
    // If npm started us, it has passed its own path; otherwise it is on PATH.
    const npm = process.env['npm_execpath'];
    const [command, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
    const { status, error } = spawnSync(
      command,
      [...first, 'ci', '--ignore-scripts', '--include=dev', '--include=optional', '--loglevel=error'],
      { cwd: ROOT, stdio: 'inherit' },
    );
    if (status !== 0) {
      throw new Error(
        `npm ci failed${error ? ` (${error.message})` : ''}; its message is above. Without a network, point npm at a mirror (npm config set registry …) and start again.`,
      );
    }
  }
  if (isOnNode()) return;
  const { status, stderr } = spawnSync(findNode(), ['--version'], { encoding: 'utf8' });
  if (status !== 0)
    throw new Error(
      `The Node that the packages bring does not run on this system (${stderr?.trim()}). Install Node 22.18 or newer and run npm ci --omit=optional.`,
    );
}

/** Whether every package of the lock file that this platform needs is installed in the locked version. */
function isInstalled() {
  try {
    const wanted = packages('package-lock.json');
    const present = packages('node_modules/.package-lock.json');
    return Object.entries(wanted).every(
      ([path, { version, optional }]) => path === '' || optional || present[path]?.version === version,
    );
  } catch {
    return false;
  }
}

function packages(path) {
  return JSON.parse(readFileSync(join(ROOT, path), 'utf8')).packages;
}
