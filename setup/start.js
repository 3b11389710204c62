// `npm start [-- folder --option …]`: installs, builds and serves; later starts do only what has changed. Runs on Node
// 20 and later.
import { join } from 'node:path';
import { build } from './build.js';
import { install } from './install.js';
import { boundMemory, isOnNode, ROOT, runHere } from './node.js';
import { BUILT } from './program.js';

try {
  if (isOnNode()) boundMemory();
  install();
  build();
  const served = ['serve', '--yes', '--fallback', join(ROOT, 'examples'), ...process.argv.slice(2)];
  // Paths on the command line are relative to the folder in which it was typed.
  await runHere([join(ROOT, BUILT), ...served], process.env['INIT_CWD'] ?? process.cwd());
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
