/** The notebooks that are measured. */

interface Source {
  readonly markdown?: string;
  readonly code?: string;
  readonly outputs?: readonly object[];
  readonly tags?: readonly string[];
}

const TEXT = `## A heading with *emphasis*\n\nA paragraph with \`code\`, a [link](https://example.org), **bold** words and a formula $e^{i\\pi} + 1 = 0$.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n- one\n- two`;
const CODE = `def total(values):\n    """Adds them up."""\n    return sum(value for value in values if value is not None)\n\ntotal([1, 2, None])`;
/** One black pixel. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** nbformat 4.5, as text. */
export function notebookText(cells: readonly Source[]): string {
  return JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: { name: 'python3', display_name: 'Python 3', language: 'python' },
      language_info: { name: 'python' },
    },
    cells: cells.map(({ markdown, code, outputs = [], tags = [] }, index) =>
      markdown !== undefined
        ? { cell_type: 'markdown', id: `c${index}`, metadata: {}, source: markdown }
        : { cell_type: 'code', id: `c${index}`, metadata: { tags }, source: code, execution_count: index, outputs },
    ),
  });
}

/** 50 cells of a typical report: text with formulas, code, streams with colours, tables, pictures, a traceback. */
export function savedNotebook(): string {
  return notebookText(
    Array.from({ length: 50 }, (_, index) =>
      index % 3 === 0 ? { markdown: TEXT } : { code: CODE, outputs: [outputs[index % outputs.length] as object] },
    ),
  );
}

const outputs = [
  {
    output_type: 'stream',
    name: 'stdout',
    text: Array.from({ length: 20 }, (_, line) => `\u001b[3${line % 8}mline ${line}\u001b[0m of a log`).join('\n'),
  },
  {
    output_type: 'execute_result',
    execution_count: 1,
    metadata: {},
    data: { 'text/plain': 'table', 'text/html': table(20, 6) },
  },
  { output_type: 'display_data', metadata: {}, data: { 'text/plain': '<Figure>', 'image/png': PNG } },
  { output_type: 'execute_result', execution_count: 1, metadata: {}, data: { 'text/plain': '3' } },
  {
    output_type: 'display_data',
    metadata: {},
    data: { 'text/plain': 'x', 'text/latex': '$\\displaystyle \\int_0^1 x^2\\,dx = \\frac{1}{3}$' },
  },
];

function table(rows: number, columns: number): string {
  const cells = (tag: string, text: (column: number) => string) =>
    Array.from({ length: columns }, (_, column) => `<${tag}>${text(column)}</${tag}>`).join('');
  const body = Array.from(
    { length: rows },
    (_, row) => `<tr><th>${row}</th>${cells('td', (column) => String((row * column) / 7))}</tr>`,
  ).join('');
  return `<table border="1" class="dataframe"><thead><tr><th></th>${cells('th', (column) => `column ${column}`)}</tr></thead><tbody>${body}</tbody></table>`;
}

/** Ten cells of an everyday report: imports, a frame of a million rows, a grouping, a plot. */
export function everydayNotebook(): string {
  return notebookText([
    { markdown: '# Everyday report' },
    { code: 'import numpy as np\nimport pandas as pd\nimport matplotlib.pyplot as plt' },
    { code: 'rows = 1_000_000' },
    {
      code: 'rng = np.random.default_rng(1)\nframe = pd.DataFrame({"group": rng.integers(0, 20, rows), "value": rng.normal(size=rows)})',
    },
    { code: 'print(len(frame))' },
    { markdown: '## By group' },
    { code: 'groups = frame.groupby("group")["value"].agg(["mean", "std", "count"])\ngroups' },
    { code: 'groups["mean"].plot.bar(figsize=(8, 3))\nplt.show()' },
    { code: 'frame.sample(10, random_state=1)' },
    { code: 'float(groups["mean"].abs().max())' },
  ]);
}

/**
 * Five cells: imports, a value, a computed text, a frame of a million rows with a grouping, a plot. `isAhead`: what
 * comes before the value may run before the click.
 */
export function fiveCells(
  changes: { readonly value?: string; readonly last?: string; readonly isAhead?: boolean } = {},
): string {
  return notebookText([
    {
      code: 'import numpy as np\nimport pandas as pd\nimport matplotlib.pyplot as plt',
      ...(changes.isAhead === true ? { tags: ['snapshot'] } : {}),
    },
    { code: changes.value ?? 'rows = 1_000_000', tags: ['parameters'] },
    { code: 'print(rows * 7)' },
    {
      code: 'frame = pd.DataFrame({"group": np.arange(rows) % 20, "value": np.random.default_rng(1).normal(size=rows)})\nmeans = frame.groupby("group")["value"].mean()\nmeans',
    },
    {
      code: [
        'means.plot.bar(figsize=(8, 3))',
        'plt.show()',
        ...(changes.last === undefined ? [] : [changes.last]),
      ].join('\n'),
    },
  ]);
}
