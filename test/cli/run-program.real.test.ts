/** Plain Python programs as scripts, run from the command line as a viewer's run would be. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { programsIn } from '../program.ts';
import { scriptRunner } from './command.ts';

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
  rmSync(folder, { recursive: true });
});

interface ReportCell {
  readonly source: string;
  readonly outputs: readonly { readonly text?: string; readonly traceback?: readonly string[] }[];
}

async function run(values: object) {
  writeFileSync(join(folder, 'values.json'), JSON.stringify(values));
  const file = join(folder, 'out.ipynb');
  const args = ['run', join(folder, 'scripts/sum.py'), '--params', join(folder, 'values.json'), '--ipynb', file];
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
