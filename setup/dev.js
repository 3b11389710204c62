// `npm run dev [-- folder --option …]`: serves the sources; when a file changes, rebuilds the pages and restarts the
// server. Runs on Node 20 and later.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build } from './build.js';
import { install } from './install.js';
import { findNode, ROOT } from './node.js';

/** Editors save several files at once. */
const QUIET_MS = 150;
const PAGES = join(ROOT, 'dist/assets');

try {
  install();
  build();
  const { watch } = await import('chokidar');
  const pages = start(['node_modules/vite/bin/vite.js', 'build', '--watch', '--logLevel', 'warn'], ROOT);
  const server = createServer();
  // What browsers load is built first; then the server restarts.
  const watcher = watch([join(ROOT, 'src'), join(ROOT, 'python'), PAGES], {
    ignored: (path) => path.startsWith(join(ROOT, 'src/web')) || path.includes('__pycache__'),
    ignoreInitial: true,
  });
  let clock;
  watcher.on('all', (_event, path) => {
    clearTimeout(clock);
    clock = setTimeout(() => server.restart(path.slice(ROOT.length + 1)), QUIET_MS);
  });
  const end = () => {
    clearTimeout(clock);
    void watcher.close();
    pages.kill();
    server.end();
  };
  process.once('SIGINT', end).once('SIGTERM', end);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

function start(args, cwd) {
  return spawn(findNode(), args, { cwd, stdio: 'inherit' });
}

/** One server at a time: the next one starts when the last one has exited and released the lock of its data folder. */
function createServer() {
  const args = ['serve', '--yes', '--grace', '0s', '--fallback', join(ROOT, 'examples'), ...process.argv.slice(2)];
  let isWanted = true;
  let isStopping = false;
  let child;
  const serve = () => {
    isStopping = false;
    child = start([join(ROOT, 'src/cli/main.ts'), ...args], process.env['INIT_CWD'] ?? process.cwd());
    child.once('exit', () => {
      child = undefined;
      if (isWanted && isStopping) serve();
      else if (isWanted) console.log('The server has ended. It starts again when a file changes.');
    });
  };
  const stop = () => {
    isStopping = true;
    child?.kill('SIGTERM');
  };
  serve();
  return {
    restart(path) {
      console.log(`${path} has changed; the server restarts.`);
      if (child === undefined) serve();
      else if (!isStopping) stop();
    },
    end() {
      isWanted = false;
      stop();
    },
  };
}
