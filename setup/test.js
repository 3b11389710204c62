// `npm test`: installs what the tests need, then every check and every test. Runs on Node 20 and later.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build.js';
import { runChecks, STATIC_CHECKS } from './check.js';
import { install } from './install.js';
import { findNode, ROOT } from './node.js';
import { hasModule, MODULES, provide, remedyFor } from './system.js';
import { countTests } from './test-count.js';

/** Optional programs; the name of a test that is skipped without one says `needs <name>`. */
const WELCOME = [
  'chromium',
  'pypandoc',
  'typst',
  'uv',
  'py_rattler',
  'jupytext',
  'typer',
  'pdftotext',
  'postgresql',
  'mariadb',
  'ceph',
  'nginx',
  'caddy',
  'systemd',
  'faketime',
  'sshd',
  'slapd',
  'rsyslog',
  'prlimit',
  'uml',
  'R',
  'deno',
  'bash_kernel',
  'jupyter_server',
  'jupyter_enterprise_gateway',
  'kubernetes_validate',
  'docker_compose',
  'schemathesis',
];
const CHECKS = { ...STATIC_CHECKS, 'dead code': ['knip'] };

async function main() {
  install();
  build();
  const missing = [];
  const environment = { ...process.env, SCRIPT_RUNNER_PYTHON: preparePython() };
  for (const name of WELCOME) {
    const path = provide(name, environment.SCRIPT_RUNNER_PYTHON);
    if (path) environment[`SCRIPT_RUNNER_${name.toUpperCase()}`] = path;
    else missing.push(name);
  }
  missing.push(...Object.keys(MODULES).filter((name) => !hasModule(environment.SCRIPT_RUNNER_PYTHON, name)));
  const checks = await runChecks(CHECKS);
  const tests = runTests(environment, missing);
  for (const name of missing)
    console.log(
      `\nSKIPPED: every test that needs ${name}, which is not installed here. To run them: ${remedyFor(name)}`,
    );
  for (const each of tests.repeated) console.log(`\nPASSED ONLY WHEN TRIED AGAIN, find out why: ${each}`);
  for (const problem of tests.problems) console.log(`\nFAIL ${problem}`);
  const failed = tests.failed + tests.problems.length + Object.values(checks).filter((ok) => !ok).length;
  console.log(`\n${tests.passed + Object.values(checks).filter(Boolean).length} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

function preparePython() {
  if (process.env['SCRIPT_RUNNER_PYTHON']) return process.env['SCRIPT_RUNNER_PYTHON'];
  const { status, stdout } = spawnSync(findNode(), [join(ROOT, 'src/cli/main.ts'), 'prepare', ROOT, '--yes'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error('The tests need a Python with ipykernel; what would mend it is above.');
  return stdout.trim();
}

function runTests(environment, missing) {
  const folder = mkdtempSync(join(tmpdir(), 'script-runner-test-'));
  const report = join(folder, 'report.json');
  const args = [
    join(ROOT, 'node_modules/vitest/vitest.mjs'),
    'run',
    // a busy machine may be too slow for one of thousands; which one is said at the end
    '--retry=1',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ];
  const { status } = spawnSync(findNode(), args, { cwd: ROOT, stdio: 'inherit', env: environment });
  try {
    return countTests(JSON.parse(readFileSync(report, 'utf8')), status, missing);
  } catch (error) {
    return { passed: 0, failed: 0, problems: [`vitest left no report (${error.message})`], repeated: [] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error.message);
  console.log('\n0 passed, 1 failed');
  process.exitCode = 1;
}
