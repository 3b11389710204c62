/** What `script-runner render` takes of memory for a notebook of 100 MB, and of its project's look. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const COMMAND = join(import.meta.dirname, '../../src/cli/main.ts');
/** Says at its end how much memory the process has had at most. */
const TELL_PEAK = `data:text/javascript,process.on('exit', () => console.error('peak', process.resourceUsage().maxRSS))`;
const MORE_MB = 300;
const PNG = 'iVBORw0KGgoAAAANSUhEUgAABAAAAAQACAIAAADwf7zU';
const display = (data: object) => ({ output_type: 'display_data', metadata: {}, data });

const LINE = `${'x'.repeat(99)}\n`;
const MARKUP = `${'<>&"'.repeat(24)}<>&\n`;

let folder: string;
let smallMb: number;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'render-large-'));
  smallMb = await peakMb('small', [display({ 'text/plain': 'small' })]);
});
afterAll(() => rm(folder, { recursive: true }));

it.each([
  ['pictures', Array.from({ length: 40 }, () => display({ 'image/png': PNG + 'A'.repeat(2_500_000 - PNG.length) }))],
  [
    'tables',
    Array.from({ length: 1000 }, () =>
      display({ 'text/html': ['<table>', ...Array.from({ length: 1000 }, rowOf), '</table>'] }),
    ),
  ],
  // each character takes two bytes in memory if one of them is not Latin-1
  [
    'texts with a wide character',
    Array.from({ length: 100 }, () => display({ 'text/plain': LINE.repeat(10_000) + '€' })),
  ],
  ['one text with a wide character', [display({ 'text/plain': `€${LINE.repeat(1_000_000)}` })]],
  ['lines with a wide character', [display({ 'text/plain': ['€\n', ...Array<string>(1_000_000).fill(LINE)] })]],
  ['markup in one text', [display({ 'text/plain': MARKUP.repeat(760_000) })]],
])('100 MB of %s take at most 300 MB more than a small notebook', { timeout: 120_000 }, async (name, outputs) => {
  const mb = await peakMb(name, outputs);
  expect((await stat(join(folder, `${name}.html`))).size).toBeGreaterThan(90_000_000);
  expect(mb - smallMb).toBeLessThan(MORE_MB);
});

it('writes the file in the look of the notebook’s project', { timeout: 60_000 }, async () => {
  for (const name of ['project/scripts', 'project/templates']) await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, 'project/script-runner.toml'), 'brand_color = "#b3261e"\nreport_theme = "dark"\n');
  await writeFile(join(folder, 'project/templates/report.css'), 'h2 { color: teal }');
  await peakMb('project/scripts/looks', [display({ 'text/plain': 'x' })]);
  const html = await readFile(join(folder, 'project/scripts/looks.html'), 'utf8');
  expect(html).toContain('h2 { color: teal }');
  expect(html).toMatch(/<html[^>]* data-theme="dark"/);
  expect(html).toContain('#b3261e');
});

function rowOf(_: unknown, index: number): string {
  return `<tr><th>${index}</th><td>0.25000000</td><td>0.75000000</td><td>${'x'.repeat(50)}</td></tr>`;
}

async function peakMb(name: string, outputs: readonly object[]): Promise<number> {
  const path = join(folder, `${name}.ipynb`);
  const cells = outputs.map((output) => ({ cell_type: 'code', source: 'x', metadata: {}, outputs: [output] }));
  await writeFile(path, JSON.stringify({ nbformat: 4, nbformat_minor: 4, metadata: {}, cells }));
  const args = ['--import', TELL_PEAK, COMMAND, 'render', path, '-o', join(folder, `${name}.html`)];
  const { stderr } = await promisify(execFile)(process.execPath, args);
  return Number(/^peak (\d+)$/m.exec(stderr)?.[1]) / 1024;
}
