/** Notebooks as the documentation of other tools writes them, run with values. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { notebookText } from '../files/folder.ts';
import { scriptRunner } from './command.ts';

const program = (file: string) => readFileSync(join(import.meta.dirname, 'program', file), 'utf8');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'convention-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Output {
  readonly text?: string | readonly string[];
  readonly data?: Readonly<Record<string, string | readonly string[]>>;
}

/** Runs the file with the values; all that it printed or showed as text, and what the run says of itself. */
async function runFile(file: string, text: string, values: Readonly<Record<string, string>>) {
  const [path, out] = [join(folder, file), join(folder, `${file}.out.ipynb`)];
  writeFileSync(path, text);
  const given = Object.entries(values).flatMap(([name, value]) => ['-p', `${name}=${value}`]);
  const { code, stdout, stderr } = await scriptRunner(['run', path, ...given, '--json', '--ipynb', out]);
  if (code !== 0) throw new Error(`exit code ${code}: ${stderr}`);
  const { cells } = JSON.parse(readFileSync(out, 'utf8')) as { cells: { outputs?: readonly Output[] }[] };
  const shown = cells
    .flatMap(({ outputs = [] }) => outputs)
    .map(({ text: printed, data }) =>
      [printed ?? data?.['text/markdown'] ?? data?.['text/plain'] ?? ''].flat().join(''),
    );
  return { shown: shown.join(''), run: JSON.parse(stdout) as Record<string, unknown> };
}

it('Databricks: widgets give the values, exit is the result, what is missing is named', async () => {
  writeFileSync(join(folder, 'helper.py'), 'def twice(x): return 2 * x\n');
  const cells = program('databricks.txt').split('# ----\n');
  const values = { state: 'NY', 'my table': '"; import os; "' };
  const { shown, run } = await runFile('databricks.ipynb', notebookText(cells.map((code) => ({ code }))), values);
  expect(shown).toBe(
    'NY Mon,Fri "; import os; "\n# About *this*\nhello\n4\n' +
      'dbutils.fs.ls needs Databricks and is not available here. Read files beside the notebook with open() or pandas.\n',
  );
  expect(run).toMatchObject({ results: [{ name: 'exit', value: '{"n": 3}' }], cells: { total: 8, done: 7 } });
});

const kernels = { r: process.env['SCRIPT_RUNNER_R'] };

it.skipIf(kernels.r === undefined)('R Markdown: params are a list, also in the text (needs R)', async () => {
  const text = `---
title: Areas
params:
  state: Nebraska
  since: !r as.Date("2026-01-31")
  until: !r as.Date("2026-02-01") + 1
---
The area of \`r params$state\`, \`r class(params$since)\`.

\`\`\`{r}
cat(params$state, class(params$since), format(params$until))
\`\`\`

\`\`\`{bash}
echo "from bash"
\`\`\`

\`\`\`{r, eval=FALSE}
stop("never")
\`\`\`
`;
  const { shown } = await runFile('areas.Rmd', text, { state: 'a"); stop("' });
  expect(shown).toBe('The area of a"); stop(", Date.\n\na"); stop(" Date 2026-02-02from bash\n');
});

it('Quarto and MyST: the tagged cell is the form, values stand in the text', async () => {
  const chunk = (head: string, code: string) => `\`\`\`${head}\n${code}\n\`\`\`\n`;
  const quarto =
    '---\njupyter: python3\n---\n' +
    chunk('{python}', '#| tags: [parameters]\nalpha = 0.1') +
    'It is `{python} alpha + 1`.\n' +
    chunk('{python}', 'print(alpha)');
  expect((await runFile('a.qmd', quarto, { alpha: '0.5' })).shown).toBe('It is 1.5.\n0.5\n');
  const myst =
    '---\nkernelspec: {name: python3, display_name: Python 3}\n---\n' +
    chunk('{code-cell} ipython3', ':tags: [parameters]\n\nn = 3') +
    chunk('{code-cell}', 'print(n * 2)');
  expect((await runFile('b.md', myst, { n: '7' })).shown).toBe('14\n');
});

it('Mercury: value of a widget is that of the form, also of choices that only the code knows', async () => {
  const cells = [
    'import mercury as mr\napp = mr.App(title="Hello")',
    'name = mr.Text(value="Piotr", label="Your name")\nn = mr.Slider(label="N", value=5, min=0, max=10)',
    'known = [2020, 2021]\nyear = mr.Select(label="Year", choices=[one + 1 for one in known])',
    'mr.Md(f"Hello {name.value}, {n.value + 1}")\nprint(year.value + 1)',
  ];
  const values = { name: '"+x', n: '7', year: '2022' };
  const { shown } = await runFile('mercury.ipynb', notebookText(cells.map((code) => ({ code }))), values);
  expect(shown).toBe('Hello "+x, 82023\n');
});

it('Mercury: an uploaded file has its bytes and its name, and none is none', async () => {
  const cells = [
    'import mercury as mr\norders = mr.UploadFile("Orders", accept=".csv")\nothers = mr.UploadFile(label="More", multiple=True)',
    'print(orders.name, orders.value, [(file.name, file.value) for file in others], others.value)',
  ];
  const path = join(folder, 'orders 1.csv');
  writeFileSync(path, 'a,b\n');
  const { shown } = await runFile('files.ipynb', notebookText(cells.map((code) => ({ code }))), { orders: path });
  expect(shown).toBe("orders 1.csv b'a,b\\n' [] None\n");
});

it('ipywidgets: interact begins with the values of the run', async () => {
  const cells = [
    'from ipywidgets import interact\ncalls = []',
    '@interact(n=10, kind={"One": 1, "Two": 2}, x=(0.0, 1.0))\ndef show(n, kind, x, ok=True):\n    calls.append((n, kind, x, ok))',
    'print(calls)',
  ];
  const { shown } = await runFile('interact.ipynb', notebookText(cells.map((code) => ({ code }))), {
    n: '12',
    kind: '2',
    ok: 'false',
  });
  expect(shown).toBe('n: 12\nkind: Two\nx: 0.5\nok: no[(12, 2, 0.5, False)]\n');
});

it('Voilà: the query has the values of the run', async () => {
  const cells = [
    'import os\nfrom urllib.parse import parse_qs\nfrom voila.utils import get_query_string, wait_for_request',
    'wait_for_request()\nparameters = parse_qs(get_query_string())',
    'print(parameters.get("username", ["Alice"])[0], parameters.get("day", ["mon"])[0], os.environ["QUERY_STRING"])',
  ];
  const { shown } = await runFile('voila.ipynb', notebookText(cells.map((code) => ({ code }))), { username: 'B&b' });
  expect(shown).toBe('B&b mon username=B%26b&day=mon\n');
});

it('SQL: statements run on the connection with their values bound', async () => {
  const text = `-- ---
-- connection: shop
-- params:
--   least: {value: 5, input: numeric}
-- ---
CREATE TABLE orders (region TEXT, amount INTEGER);
INSERT INTO orders VALUES ('north', 3), ('a''; DROP TABLE orders; --', 7);
SELECT region, amount, '12:30' AS at FROM orders WHERE region = :region AND amount > :least;
`;
  mkdirSync(join(folder, '.link'), { mode: 0o700 });
  const dbs = { shop: { wrapper: 'SqliteDB', path: join(folder, 'shop.sqlite') } };
  writeFileSync(join(folder, '.link/link.config'), JSON.stringify({ dbs }), { mode: 0o600 });
  writeFileSync(join(folder, 'shop.sqlite'), '');
  const { shown } = await runFile('orders.sql', text, { region: "a'; DROP TABLE orders; --" });
  expect(shown).toMatch(/a'; DROP TABLE orders; --\s+7\s+12:30/);
});
