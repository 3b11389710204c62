/** Labels, captions and references as Quarto and MyST write them. */
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { foldReport, startReport } from '../../src/domain/report/report-fold.ts';
import { documentText } from './document-text.ts';
import { renderMarkdown } from '../../src/render/markdown.ts';
import { log } from '../domain/event-log.ts';
import { cell, notebook } from '../domain/notebook.ts';
import { OPTIONS } from './options.ts';

const PICTURE = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const references = new Map([
  ['fig-sales', 'Figure 2'],
  ['tbl-units', 'Table 1'],
  ['histogram', 'Figure 3'],
]);
const markdown = (source: string) => renderMarkdown(source, { docId: 'c0', references }).trim();

describe('a reference', () => {
  it.each([
    ['See @fig-sales.', '<p>See <a href="#fig-sales">Figure 2</a>.</p>'],
    ['[@fig-sales; @tbl-units]', '<p>[<a href="#fig-sales">Figure 2</a>; <a href="#tbl-units">Table 1</a>]</p>'],
    ['(figure [-@fig-sales])', '<p>(figure <a href="#fig-sales">2</a>)</p>'],
    ['[@fig-sales]', '<p><a href="#fig-sales">Figure 2</a></p>'],
    ['{ref}`tbl-units`', '<p><a href="#tbl-units">Table 1</a></p>'],
    ['{numref}`Plot %s <histogram>`', '<p><a href="#histogram">Plot 3</a></p>'],
    ['**@fig-sales**', '<p><strong><a href="#fig-sales">Figure 2</a></strong></p>'],
  ])('%s is a link with the number', (source, html) => {
    expect(markdown(source)).toBe(html);
  });

  it.each(['@fig-none and [@doe2020]', 'ana@fig-sales', '{ref}<code>x</code>', '{ref} `fig-sales`'])(
    '%s is none',
    (source) => {
      expect(markdown(source)).not.toContain('<a href="#');
    },
  );
});

describe('what stands in braces behind a picture', () => {
  it('makes it a figure with number, caption and description', () => {
    expect(markdown('![Sales *by* week](sales.png){#fig-sales fig-alt="Sales rise" width=300}')).toBe(
      '<figure id="fig-sales" class="captioned"><img src="sales.png" alt="Sales rise" width="300" loading="lazy">' +
        '<figcaption>Figure 2: Sales <em>by</em> week</figcaption></figure>',
    );
  });

  it('may only size it, and is left as it is where it means nothing', () => {
    expect(markdown('a ![x](y.png){width=50%} b')).toContain('style="width:50%;" loading="lazy"> b');
    expect(markdown('![x](y.png){width="1px;color:red"} b')).not.toContain('red');
    expect(markdown('![x](y.png) {a}')).toContain('{a}');
  });
});

it('captions a table in text', () => {
  expect(markdown('| a |\n|---|\n| 1 |\n\n: Units *sold* {#tbl-units}')).toMatch(
    /<\/table><\/div>\s*<p id="tbl-units" class="table-caption">Table 1: Units <em>sold<\/em><\/p>/,
  );
});

it('has notes in the margin within a text', () => {
  expect(markdown('Text [a < *note*]{.aside} more [link](x)')).toContain(
    'Text <span class="margin-note" role="note">a &lt; <em>note</em></span> more <a href="x"',
  );
});

it('gives a callout the direction of its text, whatever the language of its title', () => {
  expect(markdown(':::{note}\nمرحبا\n:::')).toMatch(
    /<div class="markdown-alert markdown-alert-note" dir="auto"><p class="markdown-alert-title">.*<bdi>Note<\/bdi><\/p><p>/,
  );
  expect(markdown('> [!TIP]\n> مرحبا')).toContain('markdown-alert-tip" dir="auto">');
  expect(markdown(':::{note} مرحبا\nx\n:::')).toContain('<bdi>مرحبا</bdi></p>');
  expect(markdown(':::{note} Hello\nx\n:::')).toContain('Hello</p>');
});

describe('figures, tables and targets of MyST', () => {
  const source = [
    'See [](#fig-one), {ref}`results` and {numref}`Fig. %s <two>`, {numref}`units`.',
    '(results)=\n## The *results*',
    ':::{figure} one.png\n:name: fig-one\n:alt: A "line"\n:width: 50%\nWeekly *sales*\n:::',
    '(two)=\n```{figure} two.png\n```',
    ':::{table} Units\n:name: units\n\n| a |\n|---|\n| 1 |\n:::',
    ':::{image} three.png\n:width: 30px\n:::',
    ':::{figure} javascript:alert(1)\nCaption\n:::',
  ].join('\n\n');
  const start = startReport(notebook(cell('markdown', source)), { title: 'T', showCode: false });
  const { document } = parseHTML(documentText(start, OPTIONS));

  it('have numbers and links', () => {
    const links = [...document.querySelectorAll('#c0 p a')].map((link) => [
      link.getAttribute('href'),
      link.textContent,
    ]);
    expect(links).toEqual([
      ['#fig-one', 'Figure 1'],
      ['#results', 'The results'],
      ['#two', 'Fig. 2'],
      ['#units', 'Table 1'],
    ]);
    for (const id of ['results', 'two', 'fig-one', 'units']) expect(document.getElementById(id)).not.toBeNull();
  });

  it('have captions, sizes and descriptions, and no address that runs', () => {
    const captions = [...document.querySelectorAll('figcaption')].map(({ textContent }) => textContent.trim());
    expect(captions).toEqual(['Figure 1: Weekly sales', 'Figure 2', 'Table 1: Units', '', 'Caption']);
    const [one, , three, four] = document.querySelectorAll('#c0 img');
    expect([one?.getAttribute('alt'), one?.getAttribute('style')]).toEqual(['A "line"', 'width:50%;']);
    expect(three?.getAttribute('width')).toBe('30');
    expect(four?.getAttribute('src') ?? '').not.toContain('javascript');
  });
});

describe('a report', () => {
  const start = startReport(
    notebook(
      cell('markdown', 'See @fig-b, @tbl-t and @fig-a.\n\n![First](x.png){#fig-first}'),
      cell('code', '#| label: fig-a\n#| fig-cap: Weekly, unlike @fig-b\n#| fig-alt: A line that rises\nplot()'),
      cell('code', '#| label: tbl-t\n#| tbl-cap: Units\ntable'),
      cell('code', '#| label: fig-b\nplot()'),
      cell('code', '#| output: asis\nprint("# Chapter")'),
    ),
    { title: 'T', showCode: false },
  );
  const report = foldReport(
    start,
    log([
      { type: 'output-added', cell: 1, output: { type: 'display', data: { 'image/png': PICTURE }, metadata: {} } },
      { type: 'stream-appended', cell: 4, name: 'stdout', text: '## Chapter <i>one</i>\n\nSee @fig-' },
      { type: 'stream-appended', cell: 4, name: 'stdout', text: 'a.\n' },
      { type: 'stream-appended', cell: 4, name: 'stderr', text: '# not this' },
    ]),
  );
  const { document } = parseHTML(documentText(report, OPTIONS));

  it('numbers figures and tables in the order of the notebook, and links to them', () => {
    const links = [...document.querySelectorAll('#c0 a')].map((link) => [link.getAttribute('href'), link.textContent]);
    expect(links).toEqual([
      ['#fig-b', 'Figure 3'],
      ['#tbl-t', 'Table 1'],
      ['#fig-a', 'Figure 2'],
    ]);
    expect([...document.querySelectorAll('figcaption')].map((caption) => caption.textContent.trim())).toEqual([
      'Figure 1: First',
      'Figure 2: Weekly, unlike Figure 3',
      'Table 1: Units',
      'Figure 3',
    ]);
    expect(document.querySelector('#fig-a img')?.getAttribute('alt')).toBe('A line that rises');
  });

  it('shows what a cell prints as Markdown if the cell says so', () => {
    expect(document.querySelector('#c4 h2')?.textContent).toContain('Chapter one');
    expect(document.querySelector('#c4 .output-markdown a[href="#fig-a"]')?.textContent).toBe('Figure 2');
    expect(document.querySelector('#c4 .stderr')?.textContent).toBe('# not this');
  });
});
