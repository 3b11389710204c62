// `npm run check`, the quick loop: lint, types, dependency rules and the pure tests, in parallel. Runs on Node 20 and
// later.
import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { install } from './install.js';
import { findNode, ROOT } from './node.js';

export const STATIC_CHECKS = {
  lint: ['eslint', '.', '--cache', '--cache-location', 'node_modules/.cache/eslint/'],
  types: ['tsc', '--noEmit', '--incremental', '--tsBuildInfoFile', 'node_modules/.cache/tsc.json'],
  'dependency rules': ['depcruise', 'src', '--config', '.dependency-cruiser.cjs'],
  python: ['setup/python-lint.js'],
  format: ['setup/format.js', '--check'],
};
const QUICK = { ...STATIC_CHECKS, tests: ['vitest', 'run', '--project', 'unit'] };

/**
 * Runs the named tools in parallel and prints a line for each, and the output of those that failed. Returns name ->
 * passed.
 */
export async function runChecks(checks) {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, command]) => ({ name, ...(await run(command)) })),
  );
  for (const { name, code, output } of results) {
    console.log(`${code === 0 ? 'ok  ' : 'FAIL'} ${name}`);
    if (code !== 0) console.log(output);
  }
  return Object.fromEntries(results.map(({ name, code }) => [name, code === 0]));
}

function run([tool, ...args]) {
  return new Promise((resolve) => {
    const program = tool.endsWith('.js') ? tool : realpathSync(join(ROOT, 'node_modules/.bin', tool));
    const child = spawn(findNode(), [program, ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    child.on('close', (code) => resolve({ code, output }));
  });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  install();
  const results = await runChecks(QUICK);
  process.exitCode = Object.values(results).every(Boolean) ? 0 : 1;
}
