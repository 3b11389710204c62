import { describe, expect, it } from 'vitest';
import { languages } from '../../src/language/all.ts';
import { toNotebookFile } from '../../src/files/script-convert.ts';
import { parseScript } from '../../src/files/script-parse.ts';
import { aboutNotebook, optionFindings } from '../../src/files/script-about.ts';
import { readOwnSettings } from '../../src/files/script-own.ts';
import { parseNotebook } from '../../src/domain/notebook/notebook-parse.ts';
import { notebookBytes } from '../app/notebook-bytes.ts';

function about(source: string) {
  const bytes = notebookBytes([{ source, type: 'markdown' }]);
  const { title, description } = aboutNotebook('a', parseNotebook(Buffer.from(bytes).toString()), undefined);
  return [title, description];
}

describe('the title and the description', () => {
  it.each([
    ['# <center>Sales</center>', 'Sales', ''],
    ['# <font color="red">Sales</font> & more\n\nBy <b>region</b>.', 'Sales & more', 'By region.'],
    ['<h1 align="center">Sales &amp; more</h1>\n\nText.', 'Sales & more', 'Text.'],
    ['# ![logo](a.png) Sales\n\n![badge](b.svg)\n\nText.', 'Sales', 'Text.'],
    ['# [Sales](https://x.test/a) 2026', 'Sales 2026', ''],
    ['# Value of $x$ and $\\alpha_1$', 'Value of x and', ''],
    ['# From $5 to $6', 'From $5 to $6', ''],
    ['<style>h1 {color: red}</style>\n\n# `a < b`', 'a < b', ''],
    ['# Sales <!-- todo -->', 'Sales', ''],
    ['# A\n\nAs @fig-a and {ref}`tbl-b` show[aside]{.aside}.', 'A', 'As fig-a and tbl-b show.'],
  ])('of %j are %j and %j', (source, title, description) => {
    expect(about(source)).toEqual([title, description]);
  });
});

describe('the limit of runs at once', () => {
  it.each([
    [1, 1, []],
    [undefined, undefined, []],
    ['one', undefined, ['script_runner.concurrency is "one", so any number of its runs execute at once.']],
    [0, undefined, ['script_runner.concurrency is 0, so any number of its runs execute at once.']],
  ])('%j is read as %j', (concurrency, read, findings) => {
    const source = JSON.stringify({ cells: [], metadata: { script_runner: { concurrency } }, nbformat: 4 });
    const notebook = parseNotebook(source);
    expect(aboutNotebook('a', notebook, undefined).options.concurrency).toBe(read);
    expect(optionFindings(readOwnSettings(notebook, undefined, undefined)).map(({ what }) => what)).toEqual(findings);
  });
});

describe('what an author sets for the whole script', () => {
  const source = (file: string, text: string) => ({ file, bytes: Buffer.from(text), modifiedAtMs: 0 });
  const parse = (file: string, text: string, beside?: string) => {
    const notebook = toNotebookFile(source(file, text));
    if (notebook === undefined) throw new Error(`${file} is no script`);
    return parseScript('a', notebook, beside === undefined ? undefined : source('a.params.json', beside), all).script;
  };
  const all = languages();
  const cell = (metadata: object) => JSON.stringify({ nbformat: 4, cells: [], metadata });

  it.each([
    ['a.ipynb', cell({ script_runner: { needs: ['gpu'] } })],
    ['a.Rmd', '---\nscript_runner: {needs: [gpu]}\n---\n\n```{r}\n1\n```\n'],
    ['a.qmd', '---\nscript_runner:\n  needs: gpu\n---\n\n```{python}\n1\n```\n'],
    ['a.md', '---\nkernelspec: {name: python3}\nscript_runner: {needs: [gpu]}\n---\n\n```{code-cell}\n1\n```\n'],
    ['a.sql', '-- ---\n-- connection: shop\n-- script_runner: {needs: [gpu]}\n-- ---\nSELECT 1;\n'],
    ['a.py', '# ---\n# script_runner: {needs: [gpu]}\n# ---\n# %%\nprint(1)\n'],
    ['a.R', '# ---\n# jupyter:\n#   script_runner: {needs: [gpu]}\n# ---\n# %%\nprint(1)\n'],
    ['a.py', '# Databricks notebook source\nprint(1)\n', '{"x-script-runner": {"needs": ["gpu"]}}'],
    ['a.ipynb', cell({ script_runner: { needs: ['a'] } }), '{"properties": {}, "x-script-runner": {"needs": "gpu"}}'],
  ])('is read from %s: %j %j', (file, text, beside?: string) => {
    expect(parse(file, text, beside)).toMatchObject({ options: { needs: ['gpu'] }, schema: { properties: {} } });
  });

  it.each([-1, 11, 1.5, '2'])('lets no run begin again for the number %j, and says so', (retries) => {
    const script = parse('a.ipynb', cell({ script_runner: { retries } }));
    expect(script.options.retries).toBeUndefined();
    expect(script.findings?.()[0]?.what).toBe(
      `script_runner.retries is ${JSON.stringify(retries)}, so no run begins again.`,
    );
  });

  it('may be all that the metadata can say, and the place of a mistake is named', () => {
    const text = '{"x-script-runner": {"title": "Sales", "concurrency": 1, "needs": 7}}';
    const script = parse('a.ipynb', cell({ script_runner: { concurrency: 5, needs_memory: 3, retries: 2 } }), text);
    expect(script).toMatchObject({ title: 'Sales', options: { concurrency: 1, retries: 2 } });
    expect(script.findings?.().map(({ what, where }) => [where, what])).toEqual([
      ['a.params.json', 'script_runner.needs is 7, so any worker may execute it.'],
      ['the notebook’s metadata', 'script_runner.needs_memory is 3, so any worker may execute it.'],
    ]);
    expect(() => parse('a.ipynb', cell({}), '{"x-script-runner": []}')).toThrow(
      'x-script-runner must be an object of settings, such as {"needs": ["gpu"]}',
    );
    expect(() => parse('a.ipynb', cell({}), '{"x-script-runner": {"parameters": {}}}')).toThrow(
      'x-script-runner.parameters belongs to the top level of this file',
    );
  });
});
