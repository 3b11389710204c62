/** progress, result, stop, params and connection, in a run and in plain Jupyter. */
import { expect, test } from 'vitest';
import { runPython } from './python-run.ts';
import { programsIn } from '../program.ts';

const program = programsIn(import.meta.dirname);

const MIME = 'application/vnd.script-runner+json';

test('importing it loads nothing else', () => {
  const { said } = runPython(`
import subprocess
say(subprocess.check_output([sys.executable, "-c", "import sys; before = set(sys.modules); import script_runner; print(sorted(set(sys.modules) - before))"], text=True))`);
  expect(said).toEqual(["['script_runner']\n"]);
});

test('progress is announced, clamped and bounded in a tight loop', () => {
  const { said } = runPython(
    `
say(shell_outputs("import script_runner as s\\ns.progress(-1, 'start'); s.progress(0.5); s.progress(7, 'end')"))
say(len(shell_outputs("for i in range(2000): s.progress(i / 2000)\\ns.progress(1)")))
say(refused(lambda: script_runner.progress(float("nan"))))`,
    { run: true },
  );
  expect((said[0] as Record<string, unknown>[]).map((bundle) => bundle[MIME])).toEqual([
    { kind: 'progress', fraction: 0, text: 'start' },
    { kind: 'progress', fraction: 0.5, text: '' },
    { kind: 'progress', fraction: 1, text: 'end' },
  ]);
  expect(said[1]).toBeLessThan(200);
  expect(said[2]).toEqual(['ValueError', 'progress(fraction, text) takes a number from 0 to 1, not NaN.']);
});

test('progress draws a bar in plain Jupyter', () => {
  const { said } = runPython(`say(shell_outputs("import script_runner as s\\ns.progress(0.5, 'Half')"))`);
  expect(said[0]).toEqual([{ 'text/plain': `${'█'.repeat(15)}${'░'.repeat(15)}  50 %  Half` }]);
});

test('results carry what JSON can say', () => {
  const { said, printed } = runPython(program('results'));
  expect(said[0]).toEqual([
    1,
    true,
    null,
    'ü',
    0.5,
    'NaN',
    '-Infinity',
    '9007199254740992',
    3,
    0.5,
    true,
    [1, 2],
    null,
    null,
    '2024-01-31T00:00:00',
    '2024-01-31',
    '1.10',
    { 1: [2, 3] },
    [{ a: 1 }, { a: 'NaN' }],
    { x: 1 },
  ]);
  expect(printed).toContain('revenue: 12.5');
  expect(said[1]).toEqual([
    ['TypeError', 'A result must be a number, text, date, list, dict or table, not object.'],
    ['TypeError', expect.stringContaining('takes a name first')],
    ['ValueError', expect.stringContaining('larger than 100 kB')],
  ]);
});

test('stop shows its message alone and passes through except Exception', () => {
  const { said } = runPython(program('stop'), { run: true });
  expect((said[0] as Record<string, unknown>[])[0]?.[MIME]).toEqual({ kind: 'stop', message: 'Nothing was sold' });
  expect(said[0]).toHaveLength(1);
  expect(said[1]).toEqual(['ScriptRunnerStop', 'Nothing was sold']);
});

test('params reads the values handed over, then the environment, and names what there is', () => {
  const { said } = runPython(program('params'), { environment: { SCRIPT_RUNNER_PARAM_token: 't' } });
  expect(said).toEqual([
    {},
    [
      { region: 'EU' },
      1,
      't',
      ['UnknownParameter', expect.stringMatching(/^There is no parameter 'nope'; this run has: region\./)],
    ],
  ]);
});

test('connection opens what the operator named and explains what it cannot', () => {
  const { said } = runPython(program('connection'), {
    environment: { SHOP_URL: 'sqlite:///shop.sqlite', GONE_URL: 'sqlite:///gone.sqlite' },
  });
  expect(said[0]).toEqual([{ a: 1 }]);
  expect(said[1]).toEqual([
    ['LookupError', expect.stringMatching(/^There is no SQL connection 'other' here\. Known: gone, shop\./)],
    ['FileNotFoundError', expect.stringContaining("'gone.sqlite', which is not there")],
    ['ValueError', expect.stringContaining('letters, digits')],
  ]);
});

test('the user is whom the server names, and nobody in plain Jupyter', () => {
  const environment = {
    SCRIPT_RUNNER_USER: '"; import os #',
    SCRIPT_RUNNER_USER_EMAIL: 'a@b',
    SCRIPT_RUNNER_USER_GROUPS: '["x, y"]',
  };
  const { said } = runPython(program('user'), { environment });
  expect(said).toEqual([['"; import os #', 'a@b', ['x, y'], 'script_runner.user: "; import os #']]);
  expect(runPython(program('user')).said).toEqual([[null, null, [], 'script_runner.user: nobody known by name']]);
});
