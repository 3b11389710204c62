#!/usr/bin/env node
// The command `script-runner`, on a Node that is new enough. Plain JavaScript for Node 20 and later.
import module from 'node:module';
import { pathToFileURL } from 'node:url';
import { boundMemory, COMPILE_CACHE, isNewEnough, runOnNode } from '../setup/node.js';
import { findProgram } from '../setup/program.js';

const main = findProgram();
if (isNewEnough(process.versions.node)) {
  if (['serve', 'web', 'worker'].includes(process.argv[2])) boundMemory();
  module.enableCompileCache?.(COMPILE_CACHE);
  await import(pathToFileURL(main).href);
} else {
  try {
    process.exitCode = await runOnNode([main, ...process.argv.slice(2)]);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
