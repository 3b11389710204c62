/** Scripts in other formats, by the real Jupytext: there and back again. */
import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convert } from '../../src/cli/convert.ts';
import { parseNotebook } from '../../src/domain/notebook/notebook-parse.ts';
import { testPython } from '../python.ts';

const packages = process.env['SCRIPT_RUNNER_JUPYTEXT'];
const FIDELITY = 'test/fidelity/notebook';
let folder: string;
let python: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'script-runner-convert-'));
  python = packages === undefined ? '' : pythonWith(packages);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A Python of its own, which also has the packages of the tests' one. */
function pythonWith(also: string): string {
  const prefix = join(folder, 'venv');
  const purelib = execFileSync(testPython(), ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))']);
  execFileSync(testPython(), ['-m', 'venv', '--without-pip', prefix]);
  const [site = ''] = globSync('lib/*/site-packages', { cwd: prefix });
  writeFileSync(join(prefix, site, 'tests.pth'), `${also}\n${String(purelib)}`);
  return join(prefix, 'bin/python');
}

const to = (out: string) => ({ to: undefined, out, force: true });
const cellsOf = (path: string) =>
  parseNotebook(readFileSync(path, 'utf8'))
    .cells.map(({ type, source, tags }) => [type, source.trim(), [...tags].sort()] as const)
    .filter(([, source]) => source !== '');

describe.skipIf(packages === undefined)(
  `notebooks as texts${packages === undefined ? ' (needs jupytext)' : ''}`,
  () => {
    it.each([
      ['examples/scripts/sales/monthly-sales.ipynb', ['py', 'md', 'md:markdown', 'Rmd']],
      [`${FIDELITY}/execution.ipynb`, ['py', 'Rmd']],
      [`${FIDELITY}/raw-cells.ipynb`, ['md', 'Rmd']],
      // text with blocks of code in it; in R Markdown, cells of text that follow each other are one
      [`test/render/golden/markdown.ipynb`, ['md', 'md:markdown']],
      [`${FIDELITY}/r-basic.ipynb`, ['R']],
      // without the name of a kernel, in the format before 4
      ['examples/scripts/warehouse/stock-report.ipynb', ['py']],
    ])('%s is the same notebook after each', async (notebook, formats) => {
      for (const format of formats) {
        const text = join(folder, `there.${format.split(':')[0] ?? ''}`);
        const back = join(folder, 'back.ipynb');
        await convert(notebook, { python }, { to: format, out: text, force: true });
        await convert(text, {}, to(back));
        expect(cellsOf(back), format).toEqual(cellsOf(notebook));
      }
    });

    it('says why Jupytext refuses a notebook', async () => {
      const out = join(folder, 'x.qmd');
      await expect(convert(`${FIDELITY}/execution.ipynb`, { python }, to(out))).rejects.toThrow(
        /Jupytext could not write qmd:quarto: .*quarto/i,
      );
    });
  },
);

it('names what to install where Jupytext is missing', async () => {
  await expect(
    convert(`${FIDELITY}/execution.ipynb`, { python: testPython() }, to(join(folder, 'x.py'))),
  ).rejects.toThrow(/-m pip install jupytext/);
});

it('writes a notebook from a text without Python, and replaces no file without being told', async () => {
  const text = join(folder, 'orders.qmd');
  writeFileSync(text, '---\ntitle: Orders\n---\n\nText\n\n```{python}\nprint(1)\n```\n');
  await convert(text, {}, { to: 'ipynb', out: undefined, force: false });
  const cells = cellsOf(join(folder, 'orders.ipynb'));
  expect(cells.map(([type]) => type)).toEqual(['raw', 'markdown', 'code']);
  await expect(convert(text, {}, { to: 'ipynb', out: undefined, force: false })).rejects.toThrow(
    /orders\.ipynb is there already.*--force/,
  );
  await convert(text, {}, { to: 'ipynb', out: undefined, force: true });
});

it('says which formats there are, and what is no script', async () => {
  const text = join(folder, 'README.md');
  writeFileSync(text, '# Nothing to run\n');
  await expect(convert(text, {}, { to: 'ipynb', out: '-', force: false })).rejects.toThrow(/has no cells/);
  await expect(convert(text, {}, { to: 'docx', out: '-', force: false })).rejects.toThrow(/one of ipynb, py, /);
  await expect(convert('nothing', {}, { to: 'py', out: '-', force: false })).rejects.toThrow(/no script nothing/);
});
