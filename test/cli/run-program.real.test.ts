/** Plain programs as scripts, run from the command line as a viewer's run would be. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { checkValues } from '../../src/domain/parameter/parameter-check.ts';
import { BASH_PACKAGES, bashKernel } from '../kernel/bash-kernel.ts';
import { readProgramText } from '../language/program/program-text.ts';
import { programsIn } from '../program.ts';
import { testPython } from '../python.ts';
import { scriptRunner } from './command.ts';

const TYPER = process.env['SCRIPT_RUNNER_TYPER'];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'program-'));
  mkdirSync(join(folder, 'scripts'));
  const program = programsIn(import.meta.dirname);
  writeFileSync(join(folder, 'scripts/sum.py'), program('sum'));
  const secret = { properties: { token: { type: 'string', format: 'password' } } };
  writeFileSync(join(folder, 'scripts/sum.params.json'), JSON.stringify(secret));
  writeFileSync(join(folder, 'scripts/double.py'), 'def double(number): return 2 * number\n');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const BLOCK = `# /// script
# [tool.script-runner]
# arguments = [
#   {option = "--rows", type = "integer", default = 5},
#   {option = "--token", type = "password"},
#   {name = "region", default = "north"},
# ]
# ///
`;

interface ReportCell {
  readonly source: string;
  readonly outputs: readonly { readonly text?: string; readonly traceback?: readonly string[] }[];
}

async function run(values: object, script = 'sum.py') {
  writeFileSync(join(folder, 'values.json'), JSON.stringify(values));
  const file = join(folder, 'out.ipynb');
  const args = ['run', join(folder, 'scripts', script), '--params', join(folder, 'values.json'), '--ipynb', file];
  const { code, stderr } = await scriptRunner(args);
  const { cells } = JSON.parse(readFileSync(file, 'utf8')) as { cells: readonly ReportCell[] };
  const outputs = cells.flatMap((cell) => cell.outputs);
  const traceback = outputs.flatMap((output) => output.traceback ?? []).join('\n');
  return { code, stderr, cells, traceback, text: outputs.map(({ text }) => text ?? '').join('') };
}

it('gives a program its values as arguments, also those that begin with a dash', async () => {
  const given = { integers: [1, -2, 5], accumulate: true, name: '-a \'b" $(c)', verbose: 2, token: 'kV9!x2-Qw7' };
  const { code, text } = await run(given);
  expect({ code, text }).toEqual({
    code: 0,
    text: `['sum.py', '--sum', '--name=-a \\'b" $(c)', '--verbose', '--verbose', '--token=•••', '--', '1', '-2', '5']\n__main__ sum.py 8 True\n`,
  });
});

it.each([
  [{ code: 3 }, 'The report stopped in step 1: the message.'],
  [{ code: 4 }, 'The report stopped in step 1: ValueError: bad.'],
  [{ code: 5 }, 'it ended itself with exit code 5'],
])('fails as a program does that ends with %j', async (more, said) => {
  expect(await run({ integers: [1], ...more })).toMatchObject({ code: 1, stderr: expect.stringContaining(said) });
});

it('shows what its author wrote, and a traceback that begins there', async () => {
  const { cells, traceback } = await run({ integers: [1], code: 4 });
  expect(cells[0]?.source).toBe(programsIn(import.meta.dirname)('sum'));
  expect(stripVTControlCharacters(traceback)).toMatch(/^-+\n.*ValueError.*\nFile .*sum\.py:28/);
});

/** Runs a program of the folder `program` with each of the values, without a kernel; what it prints must be JSON. */
function runEach(name: string, all: readonly Readonly<Record<string, unknown>>[]) {
  const source = programsIn(import.meta.dirname)(name);
  const read = readProgramText(source);
  if (read === undefined) throw new Error(`${name} is no program.`);
  const cases = all.map((given) => ({
    source,
    known: read.known,
    values: checkValues(read.schema, given, { nowMs: 0, timezone: 'UTC' }).values,
  }));
  const printed = execFileSync(testPython(), [join(import.meta.dirname, 'program/command_line.py')], {
    input: JSON.stringify(cases),
    encoding: 'utf8',
    env: { ...process.env, PYTHONPATH: [resolve('python'), TYPER ?? ''].join(delimiter) },
  });
  const ended = JSON.parse(printed) as { words: string[]; printed: string; code: unknown }[];
  return ended.map(({ words, printed: text, code }) => ({ words, code, got: code === 0 ? JSON.parse(text) : text }));
}

it('argparse gets each command with its arguments, whatever their values', () => {
  const migrate = { cmd: 'db migrate', 'db.migrate.target': '-x', 'db.migrate.name': `--é "'$(id)` };
  const show = { cmd: 'show', 'show.steps': '-5', 'show.n': '=5', 'show.files': ['-a', 'b c', 'ü', ''] };
  const ended = runEach('commands-argparse', [
    { ...migrate, 'db.migrate.force': true, 'db.drop.force': true, verbose: 2 },
    { ...show, pair: [1, -2] },
    { cmd: 'db drop', 'show.steps': 'of another command' },
  ]);
  expect(ended).toMatchObject([
    {
      words: ['--verbose', '--verbose', 'db', 'migrate', `--name=--é "'$(id)`, '--force', '--', '-x'],
      got: { cmd: 'db', what: 'migrate', verbose: 2, name: `--é "'$(id)`, force: true, steps: 3, target: '-x' },
    },
    { got: { cmd: 'show', pair: [1, -2], steps: '-5', n: '=5', name: 'x', files: ['-a', 'b c', 'ü', ''] } },
    { words: ['db', 'drop'], got: { cmd: 'db', what: 'drop', force: false } },
  ]);
  expect(() => runEach('commands-argparse', [{ cmd: 'show' }])).toThrow('The value of show.steps is wrong.');
  expect(() => runEach('commands-argparse', [{}])).toThrow('The value of cmd is wrong.');
});

it.skipIf(TYPER === undefined)('click gets each command with its arguments, needs typer', () => {
  const database = { folder: '-d', 'db.url': '--', verbose: 1 };
  const hostile = { 'db.migrate.name': '-x', 'db.migrate.target': ['--force', 'ü "$(id)'], 'db.migrate.force': false };
  const ended = runEach('commands-click', [
    { command: 'db migrate', ...database, ...hostile, 'db.migrate.steps': -1 },
    { command: 'db', ...database, 'db.url': 'u' },
    { command: 'db migrate', ...database, 'db.migrate.name': '' },
    { command: 'show-it', folder: 'f', 'show-it.steps': 'a b', 'show-it.n': '=5', 'db.url': 'of another command' },
    { command: 'again', folder: 'ö', 'again.steps': 'x', 'again.n': '-5' },
  ]);
  expect(ended).toMatchObject([
    {
      words: [
        ...['--verbose', '--', '-d', 'db', '--url=--', 'migrate', '--name=-x', '--steps=-1', '--no-force'],
        ...['--', '--force', 'ü "$(id)'],
      ],
      got: {
        verbose: 1,
        folder: '-d',
        url: '--',
        name: '-x',
        steps: -1,
        force: false,
        target: ['--force', 'ü "$(id)'],
      },
    },
    { words: ['--verbose', '--', '-d', 'db', '--url=u'], got: { url: 'u' } },
    { got: { what: 'migrate', name: '', target: [] } },
    { words: ['f', 'show-it', '--steps=a b', '-n', '=5'], got: { what: 'show', folder: 'f', steps: 'a b', n: '=5' } },
    { words: ['ö', 'again', '--steps=x', '-n-5'], got: { what: 'show', folder: 'ö', steps: 'x', n: '-5' } },
  ]);
});

it.skipIf(TYPER === undefined)('typer gets each command with its arguments, needs typer', () => {
  const migrate = { command: 'db migrate', 'db.migrate.target': ['-x', 'é'], 'db.migrate.kind': 'a part' };
  const ended = runEach('commands-typer', [
    { ...migrate, 'db.migrate.force': false, 'db.migrate.steps': -2, verbose: 2 },
    { ...migrate, command: 'db drop' },
    { command: 'show-it', 'show-it.steps': '--n', 'show-it.n': '"' },
  ]);
  expect(ended).toMatchObject([
    {
      words: [
        ...['--verbose', '--verbose', 'db', 'migrate', '--steps=-2', '--no-force', '--kind=a part', '--', '-x', 'é'],
      ],
      got: { verbose: 2, what: 'migrate', target: ['-x', 'é'], steps: -2, force: false, kind: 'a part' },
    },
    { words: ['db', 'drop'], got: { what: 'drop', verbose: 0 } },
    { words: ['show-it', '--steps=--n', '-n"'], got: { what: 'show', steps: '--n', n: '"' } },
  ]);
});

it.skipIf(process.env['SCRIPT_RUNNER_R'] === undefined)(
  'runs a program in R with its arguments (needs R)',
  async () => {
    const text = `${BLOCK}args <- commandArgs(trailingOnly = TRUE)
cat(args[1], args[2] == "--token=kV9!x2-Qw7", args[3:4], "\\n")
data.frame(x = 1)
if (args[1] == "--rows=7") quit(status = 7)
if (args[1] == "--rows=8") quit()
cat("after")
`;
    writeFileSync(join(folder, 'scripts/args.R'), text);
    const given = { token: 'kV9!x2-Qw7', region: '-a "b' };
    expect(await run(given, 'args.R')).toMatchObject({ code: 0, text: '--rows=5 TRUE -- -a "b \nafter' });
    expect(await run({ ...given, rows: 7 }, 'args.R')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('it ended itself with exit code 7'),
    });
    expect(await run({ ...given, rows: 8 }, 'args.R')).toMatchObject({ code: 0, text: '--rows=8 TRUE -- -a "b \n' });
  },
);

it.skipIf(BASH_PACKAGES === undefined)('runs a program in Bash with its arguments, needs bash_kernel', async () => {
  vi.stubEnv('JUPYTER_PATH', await bashKernel());
  const text = `${BLOCK}set -eu
\t# a tab
[ "$4" = 'kV9!x2-Qw7' ] && printf '<%s>' "$0" "\${BASH_SOURCE[0]}" "$1" "$2" "\${@:5}"
read -r line || echo none
[ "$2" = 7 ] && exit 3
echo after
`;
  writeFileSync(join(folder, 'scripts/args.sh'), text);
  const given = { token: 'kV9!x2-Qw7', region: `-a "b $(id) ! ' é` };
  const printed = (rows: number) => `<./args.sh><./args.sh><--rows><${rows}><--><-a "b $(id) ! ' é>none\n`;
  expect(await run(given, 'args.sh')).toMatchObject({ code: 0, text: `${printed(5)}after\n` });
  const { code, stderr, text: shown } = await run({ ...given, rows: 7 }, 'args.sh');
  expect({ code, shown }).toEqual({ code: 1, shown: printed(7) });
  expect(stderr).toContain('it ended with exit code 3');
});
