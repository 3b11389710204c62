/** What can be offered, under which names, and what is refused. */
import { expect, test } from 'vitest';
import { runPython } from './python-run.ts';
import { programsIn } from '../program.ts';

const program = programsIn(import.meta.dirname);

test('text, bytes, paths, figures and JSON arrive as they are', () => {
  const { files, said } = runPython(program('download'), { run: true });
  expect(files['note.txt']?.toString()).toBe('Grüße\n');
  expect([...(files['raw.bin'] ?? [])]).toEqual([1]);
  expect([...(files['copy.bin'] ?? []), ...(files['source.bin'] ?? [])]).toEqual([0, 255, 0, 255]);
  expect(files['held.txt']?.toString()).toBe('held');
  expect(JSON.parse(files['value.json']?.toString() ?? '')).toEqual({ a: [1, 'NaN'] });
  expect(JSON.parse(files['rows.json']?.toString() ?? '')).toEqual([{ a: 1 }]);
  expect(files['chart.svg']?.toString()).toContain('<svg');
  // Text with a name is content: a viewer's text can never choose a file of the server.
  expect(said).toEqual([null]);
  expect(files['passwd']?.toString()).toBe('/etc/passwd');
});

test.each([
  ['../../etc/passwd', 'etc-passwd'],
  ['/abs/x.csv', 'abs-x.csv'],
  ['..\\x.csv', 'x.csv'],
  ['Umsatz 1/2024.csv', 'Umsatz 1-2024.csv'],
  ['caf\udce9.csv', 'café.csv'],
  ['a\u0000b\n.csv', 'ab.csv'],
  ['.hidden', 'hidden'],
  ['CON.txt', '_CON.txt'],
  ['a<b>:"|?*.csv', 'a_b______.csv'],
  ['evil\u202Evsc.exe', 'evilvsc.exe'],
  ['e\u0301.csv', 'é.csv'],
  ['trail. ', 'trail'],
  [`${'x'.repeat(300)}.csv`, `${'x'.repeat(176)}.csv`],
  [`${'ü'.repeat(300)}.csv`, `${'ü'.repeat(88)}.csv`],
])('the name %j becomes %j', (given, safe) => {
  expect(Object.keys(runPython(`script_runner.download("x", ${JSON.stringify(given)})`, { run: true }).files)).toEqual([
    safe,
  ]);
});

test('a name used twice gets a number, and is announced as it is stored', () => {
  const { files, said } = runPython(
    `
say(shell_outputs("import script_runner\\nfor text in 'abc': script_runner.download(text, 'x.tar.gz')"))`,
    { run: true },
  );
  expect(Object.keys(files).sort()).toEqual(['x-2.tar.gz', 'x-3.tar.gz', 'x.tar.gz']);
  expect(said[0]).toEqual(
    ['x.tar.gz', 'x-2.tar.gz', 'x-3.tar.gz'].map((name) => ({
      'application/vnd.script-runner+json': { kind: 'download', file: name, name },
      'text/plain': `Download: ${name}`,
    })),
  );
});

test('what cannot be offered is refused in a sentence and leaves no file', () => {
  const { files, said } = runPython(program('download-refused'), { run: true });
  expect(files).toEqual({});
  expect(said).toEqual([
    [
      'TypeError',
      "download() cannot write object as 'x.csv'. It takes a table, a pathlib.Path, text, bytes or a figure.",
    ],
    ['ValueError', expect.stringContaining("give pathlib.Path('plots/a.png')")],
    ['FileNotFoundError', "There is no file 'gone.txt' to download."],
    ['ValueError', expect.stringContaining("not as '.docx'")],
    ['ValueError', expect.stringContaining('is no name for a download')],
    ['TypeError', expect.stringContaining('must be text')],
    ['TypeError', expect.stringContaining('Give the download a name')],
    ['OSError', 'disk full'],
  ]);
});

test('in plain Jupyter it writes into the working folder and replaces its own file', () => {
  const { files, printed } = runPython(`
for text in ["old", "new"]: script_runner.download(text, "x.txt")`);
  expect(files['x.txt']?.toString()).toBe('new');
  expect(printed).toBe('Saved x.txt\nSaved x.txt\n');
});
