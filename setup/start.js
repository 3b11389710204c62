// `npm start [-- folder --option …]`: installs, builds and serves; from the second time on only what has changed. Runs on Node 20 and later.
import { join } from 'node:path';
import { build } from './build.js';
import { install } from './install.js';
import { ROOT, runOnNode } from './node.js';
import { findProgram } from './program.js';

try {
  install();
  build();
  const served = ['serve', '--yes', '--fallback', join(ROOT, 'examples'), ...process.argv.slice(2)];
  // Paths on the command line mean what they mean where it was typed.
  process.exitCode = await runOnNode([findProgram(), ...served], { cwd: process.env['INIT_CWD'] ?? process.cwd(), endWithParent: true });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
