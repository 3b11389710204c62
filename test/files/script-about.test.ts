import { describe, expect, it } from 'vitest';
import { aboutNotebook, optionHints } from '../../src/files/script-about.ts';
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
  ])('%j is read as %j', (concurrency, read, hints) => {
    const source = JSON.stringify({ cells: [], metadata: { script_runner: { concurrency } }, nbformat: 4 });
    const notebook = parseNotebook(source);
    expect(aboutNotebook('a', notebook, undefined).options.concurrency).toBe(read);
    expect(optionHints(notebook).map(({ what }) => what)).toEqual(hints);
  });
});
