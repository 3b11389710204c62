/** Scripts in text formats, as the documentation of each format writes them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatsOf, FORMATS } from '../../src/files/format/all.ts';
import { toNotebookFile } from '../../src/files/script-convert.ts';
import { createScriptSource } from '../../src/files/script-source.ts';
import { parseScript } from '../../src/files/script-parse.ts';
import { languages } from '../../src/language/all.ts';
import { folderWith, notebookText } from './folder.ts';

const TAGGED = '{r inputs, tags=c("parameters"), echo=FALSE}';

function read(file: string, text: string) {
  const source = toNotebookFile({ file, bytes: new TextEncoder().encode(text), modifiedAtMs: 0 });
  if (source === undefined) return undefined;
  const { script, notebook } = parseScript('a', source, undefined, languages());
  const cells = notebook.cells.map(
    ({ type, source: code, tags }) => `${type}${tags.length > 0 ? ` ${tags.join()}` : ''}: ${code}`,
  );
  return { title: script.title, schema: script.schema.properties, language: notebook.language, cells };
}

describe('R Markdown', () => {
  it('has its parameters in the header, read as params$name', () => {
    const found = read(
      'a.Rmd',
      `---
title: Areas
params:
  state: Nebraska
  year: {label: Year, value: 2017, input: slider, min: 2010, max: 2018, step: 2}
  day: !r Sys.Date()
  since: !r as.Date("2026-01-31")
  region: {label: "Region:", input: radio, value: n, choices: {North: n, South: s}}
---
# Hello
\`\`\`{r setup, include=FALSE, eval=FALSE}
library(x)
\`\`\`
The area of \`r params$state\` is
\`\`\`r
1 + \`r 1\`
\`\`\`
`,
    );
    expect(found?.schema).toMatchObject({
      state: { type: 'string', default: 'Nebraska' },
      year: { type: 'integer', minimum: 2010, maximum: 2018, multipleOf: 2, title: 'Year', default: 2017 },
      day: { format: 'date', 'x-native': 'date', 'x-source': 'Sys.Date()' },
      since: { format: 'date', 'x-native': 'date', default: '2026-01-31' },
      region: { enum: ['n', 's'], 'x-labels': ['North', 'South'], default: 'n' },
    });
    expect(found).toMatchObject({
      title: 'Areas',
      language: 'r',
      cells: [
        'code parameters,remove-cell: params <- list(state = "Nebraska", year = 2017L, day = Sys.Date(), since = as.Date("2026-01-31"), region = "n")',
        'markdown: # Hello',
        'code remove-cell,skip-execution: library(x)',
        expect.stringMatching(/^code remove-input: IRdisplay::display_markdown\(.*\{params\$state\}.*1 \+ `r 1`/s),
      ],
    });
  });

  it('says in its chunks what is shown', () => {
    expect(read('a.Rmd', `\`\`\`${TAGGED}\nn <- 1\n\`\`\`\n`)?.cells).toEqual(['code parameters,remove-input: n <- 1']);
  });

  it('names the language of a chunk that its kernel cannot run', () => {
    expect(read('a.Rmd', '```{r}\n1\n```\n```{sas}\nx\n```\n')?.cells[1]).toContain(
      'This chunk is in sas, which the kernel for r cannot run.',
    );
  });
});

it('Quarto documents have chunks of Python, their tags, and code in the text', () => {
  const text = `---
title: Q
jupyter: python3
---
\`\`\`{python}
#| tags: [parameters]
alpha = 0.1
\`\`\`
It is \`{python} alpha\`.
\`\`\`\`{mermaid}
graph LR
\`\`\`\`
\`\`\`{{python}}
shown
\`\`\`
`;
  expect(read('a.qmd', text)).toMatchObject({
    language: 'python',
    schema: { alpha: { type: 'number', default: 0.1 } },
    cells: [
      expect.stringContaining('raw remove-cell: ---'),
      'code parameters: #| tags: [parameters]\nalpha = 0.1',
      expect.stringMatching(/^code remove-input: .*str\(\(alpha\)\).*````mermaid.*\{\{python\}\}/s),
    ],
  });
});

it('R Markdown that Jupytext has written keeps the notebook’s metadata out of its cells', () => {
  const text = `---
jupyter:
  jupytext: {text_representation: {extension: .Rmd, format_name: rmarkdown}}
  kernelspec: {name: python3, language: python}
---
\`\`\`{python}
# %matplotlib inline
x = 1
\`\`\`
\`\`\`{python active=""}
raw
\`\`\`
`;
  expect(read('a.Rmd', text)).toMatchObject({
    language: 'python',
    cells: ['code: %matplotlib inline\nx = 1', 'raw: raw'],
  });
});

it('MyST Markdown has code cells, their tags, and breaks between cells of text', () => {
  const text = `---
kernelspec: {name: python3, display_name: Python 3}
---
# T
\`\`\`{code-cell} ipython3
:tags: [parameters]

n = 3
\`\`\`
a
+++ {"tags": ["x"]}
b

~~~sql
+++
~~~
~~~{code-cell}
---
tags: [hide-input]
---
print(n)
~~~
`;
  expect(read('a.md', text)).toMatchObject({
    language: 'python',
    schema: { n: { default: 3 } },
    cells: [
      'markdown: # T',
      'code parameters: n = 3',
      'markdown: a',
      'markdown x: b\n\n~~~sql\n+++\n~~~',
      'code hide-input: print(n)',
    ],
  });
});

it('Jupytext’s Markdown has blocks named after the language', () => {
  const text = `---
jupyter: {kernelspec: {name: ir, display_name: R}}
---
one


two

\`\`\`r tags=["parameters"]
n <- 3
\`\`\`
\`\`\`r .noeval
no
\`\`\`
<!-- #region -->
x


\`\`\`r
not run
\`\`\`
<!-- #endregion -->
`;
  expect(read('a.md', text)).toMatchObject({
    language: 'r',
    schema: { n: { default: 3 } },
    cells: [
      'markdown: one',
      'markdown: two',
      'code parameters: n <- 3',
      'markdown: ```r .noeval\nno\n```',
      'markdown: x\n\n\n```r\nnot run\n```',
    ],
  });
});

it('R and Julia scripts have cells', () => {
  const text = '# %% [markdown]\n# # T\n\n# %% tags=["parameters"]\nn <- 5L  # How many\n';
  expect(read('a.R', text)).toMatchObject({
    title: 'T',
    language: 'r',
    schema: { n: { type: 'integer', default: 5, description: 'How many' } },
    cells: ['markdown: # T', 'code parameters: n <- 5L  # How many'],
  });
  expect(read('a.jl', '# %%\nx = 1\n')).toMatchObject({ language: 'julia', cells: ['code: x = 1'] });
});

it('Python files of Databricks have cells, text and other languages', () => {
  const text = `# Databricks notebook source
# MAGIC %md
# MAGIC # T

# COMMAND ----------

# DBTITLE 1,Inputs
dbutils.widgets.text("who", "x")

# COMMAND ----------

# MAGIC %sh
# MAGIC echo a
`;
  expect(read('a.py', text)).toMatchObject({
    title: 'T',
    schema: { who: { default: 'x' } },
    cells: ['markdown: # T', 'markdown: #### Inputs', 'code: dbutils.widgets.text("who", "x")', 'code: %sh\necho a'],
  });
});

it('documents, modules and texts without code are no scripts', () => {
  expect(read('README.md', '# Docs\n```python\n1\n```\n')).toBeUndefined();
  expect(read('notes.qmd', '# Text\n')).toBeUndefined();
  expect(read('helper.R', 'f <- function() 1\n')).toBeUndefined();
  expect(read('helper.py', 'x = 1\n')).toBeUndefined();
});

it('a pair of Jupytext is one script, other files of the same name are shadowed', async () => {
  const paired = { jupytext: { formats: 'ipynb,md:myst' }, kernelspec: { name: 'python3', display_name: 'P' } };
  const text = (header: object) => `---\n${JSON.stringify(header)}\n---\n\`\`\`{code-cell}\n1\n\`\`\`\n`;
  const folder = await folderWith({
    'a.ipynb': notebookText([], paired),
    'a.md': text(paired),
    'b.ipynb': notebookText([]),
    'b.md': text({ kernelspec: paired.kernelspec }),
    'team.R/d.ipynb': notebookText([]),
    'c.py': 'module = 1\n',
    'c.qmd': '```{python}\n1\n```\n',
  });
  const source = await createScriptSource({ directory: folder, languages: languages(), watch: false });
  const found = await source.list();
  await source.close();
  expect(found.map(({ file, state }) => [file, state])).toEqual([
    ['a.ipynb', 'ready'],
    ['b.ipynb', 'ready'],
    ['b.md', 'shadowed'],
    ['c.qmd', 'ready'],
    ['team.R/d.ipynb', 'ready'],
  ]);
});

describe('any text', () => {
  const piece = fc.constantFrom(
    ...['```', '~~~~', '{r}', '{python}', '{code-cell}', ':tags: [a]', '---', '+++ {', '"', "'", '`r x', '`', '# %%'],
    ...['# MAGIC %md', '# COMMAND ----------', '# Databricks notebook source', 'jupyter: python3', 'params:', '!r x'],
    ...[
      'kernelspec: {name: python3}',
      '<!-- #region -->',
      '<!-- #endregion -->',
      '-- connection: a',
      '-- ---',
      '$a$',
      ';',
      'python tags=["x"]',
      '{',
      '}',
      ' ',
    ],
  );
  const text = fc
    .array(fc.oneof(piece, fc.constant('\n'), fc.constant('\n'), fc.string()), { maxLength: 60 })
    .map((parts) => parts.join(''));

  it('is some notebook, or no script', () => {
    fc.assert(
      fc.property(text, fc.constantFrom(...FORMATS), (written, format) => {
        const notebook = format.read(written);
        expect(notebook === undefined || Array.isArray(notebook.cells)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('with too many cells is refused', () => {
    expect(() => read('a.qmd', '```{python}\n1\n```\n'.repeat(20_000))).toThrow(/more than 20000 marks of cells/);
    expect(formatsOf('a.Rmd').map(({ name }) => name)).toEqual(['R Markdown']);
  });
});

describe('SQL', () => {
  it('has a cell for each statement, and its placeholders as inputs', () => {
    const text = `-- connection: shop
-- title: Orders

-- all of a region
SELECT * FROM orders WHERE region = :region AND note <> ';:no' AND at::date > '12:30'; -- end: :no
/* ; :no */
CREATE FUNCTION f() AS $x$ SELECT 1; $x$;
;
`;
    expect(read('a.sql', text)).toMatchObject({
      title: 'Orders',
      schema: { region: { type: 'string' } },
      cells: [
        expect.stringContaining('raw remove-cell: ---'),
        `code: %%script_runner_sql shop\n-- all of a region\nSELECT * FROM orders WHERE region = :region AND note <> ';:no' AND at::date > '12:30'`,
        'code: %%script_runner_sql shop\n-- end: :no\n/* ; :no */\nCREATE FUNCTION f() AS $x$ SELECT 1; $x$',
      ],
    });
  });

  it('declares inputs in its head, and may have cells of its own', () => {
    const text = `-- ---
-- connection: shop
-- params:
--   least: {label: Least amount, value: 5, input: numeric}
-- ---
-- %% [markdown]
-- # Orders
-- %%
SELECT 1; SELECT :least
`;
    expect(read('a.sql', text)).toMatchObject({
      title: 'Orders',
      schema: { least: { type: 'integer', title: 'Least amount', default: 5 } },
      cells: [expect.anything(), 'markdown: # Orders', 'code: %%script_runner_sql shop\nSELECT 1; SELECT :least'],
    });
  });

  it('without a connection is no script', () => {
    expect(read('a.sql', 'SELECT 1;\n')).toBeUndefined();
    expect(read('a.sql', '-- ---\nSELECT 1;\n')).toBeUndefined();
  });
});
