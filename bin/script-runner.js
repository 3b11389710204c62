#!/usr/bin/env node
// The command `script-runner`, on a Node that is new enough. Plain JavaScript for Node 20 and later.
import module from 'node:module';
import { join } from 'node:path';
import { COMPILE_CACHE, isNewEnough, ROOT, runOnNode } from '../setup/node.js';

const main = join(ROOT, 'src/cli/main.ts');
if (isNewEnough(process.versions.node)) {
  module.enableCompileCache?.(COMPILE_CACHE);
  await import(main);
} else {
  try {
    process.exitCode = await runOnNode([main, ...process.argv.slice(2)]);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
