import { describe, expect, it } from 'vitest';
import { plain } from './math/plain.ts';
import { renderMarkdown } from '../../src/render/markdown.ts';

describe('a picture attached to a cell', () => {
  const attachments = { 'a b.png': { 'image/png': 'QUJD\n' } };

  it('is found by its name, however that is written', () => {
    for (const source of ['![x](attachment:a%20b.png)', '![x](<attachment:a b.png>)'])
      expect(renderMarkdown(source, { docId: 'd', attachments })).toContain('src="data:image/png;base64,QUJD"');
  });

  it.each([
    'attachment:none.png',
    'attachment:%ff.png',
    'attachment:%',
    'attachment:',
    'attachment:__proto__',
    'attachment:toString',
  ])('that is not there harms nothing: %s', (address) => {
    expect(renderMarkdown(`before ![the words](${address}) after`, { docId: 'd', attachments })).toMatch(
      /before <img .*alt="the words".*> after/,
    );
  });
});

describe('an address in a text', () => {
  const links = (source: string) =>
    [...renderMarkdown(source, { docId: 'd' }).matchAll(/href="([^"]*)"/g)].map(([, href]) => href);
  it.each([
    ['see www.example.org.', ['http://www.example.org']],
    ['(www.example.org/a_b?c=d)', ['http://www.example.org/a_b?c=d']],
    ['https://example.org/a_b_c, too', ['https://example.org/a_b_c']],
    ['me@example.org', ['mailto:me@example.org']],
    ['model.py, readme.md, www. and www.local', []],
    ['`www.example.org`', []],
  ])('is a link: %s', (source, expected) => {
    expect(links(source)).toEqual(expected);
  });
});

it('keeps the boxes of tasks within tasks', () => {
  const html = renderMarkdown('* [ ] task\n  * [x] sub *task*', { docId: 'd' });
  expect(html.match(/type="checkbox"/g)).toHaveLength(2);
  expect(html.match(/checked/g)).toHaveLength(1);
  expect(plain(html)).toBe('task sub task');
});

describe('blocks between fences', () => {
  const html = (source: string) =>
    renderMarkdown(source, { docId: 'd' })
      .replace(/<svg.*?<\/svg>/g, '')
      .replace(/\n/g, '');
  const callout = (type: string, title: string, text = '<p>x</p>') =>
    `<div class="markdown-alert markdown-alert-${type}"><p class="markdown-alert-title">${title}</p>${text}</div>`;

  it.each([
    ['::: {.callout-note}\nx\n:::', callout('note', 'Note')],
    ['::: {.callout-tip title="A &amp; <b>"}\nx\n:::', callout('tip', 'A &amp;amp; &lt;b&gt;')],
    ['::: {.callout-caution}\n## Head\nx\n:::', callout('caution', 'Head')],
    [':::{danger} Stop\nx\n:::', callout('caution', 'Stop')],
    ['```{seealso}\nx\n```', callout('note', 'See also')],
    ['::: warning\nx\n:::', callout('warning', 'Warning')],
    ['> [!NOTE] <i>\n> x', callout('note', '&lt;i&gt;')],
    ['::: tip\n::: note\nx\n:::\n:::', callout('tip', 'Tip', callout('note', 'Note'))],
    [
      '::: tip\n```\n:::\n```\n:::',
      callout('tip', 'Tip', '<pre class="code-block"><code class="hljs">:::</code></pre>'),
    ],
  ])('are callouts: %j', (source, expected) => {
    expect(html(source)).toBe(expected);
  });

  it.each([
    ['::: {.callout-note collapse="true"}\nx\n:::', false],
    ['::: {.callout-note collapse="false"}\nx\n:::', true],
    [':::{note}\n:class: dropdown\nx\n:::', false],
    [':::{note}\n:class: dropdown\n:open:\nx\n:::', true],
  ])('fold: %j', (source, isOpen) => {
    const classes = 'class="markdown-alert markdown-alert-note"';
    expect(html(source)).toContain(`<details ${classes}${isOpen ? ' open' : ''}><summary`);
    expect(html(source)).toMatch(/<p>x<\/p><\/details>$/);
  });

  it.each([
    '::: {.panel-tabset}\n## One\n1\n### Inner\n## Two\n2\n:::',
    '::::{tab-set}\n:::{tab-item} One\n1\n### Inner\n:::\n:::{tab-item} Two\n:sync: b\n2\n:::\n::::',
    '````{tab-set}\n```{tab-item} One\n1\n### Inner\n```\n```{tab-item} Two\n2\n```\n````',
  ])('are tabs: %j', (source) => {
    const tab = (at: number, title: string, text: string) =>
      `<input type="radio" class="tab" name="d-tabs-1" id="d-tabs-1-${String(at)}"${at === 1 ? ' checked' : ''}>` +
      `<label for="d-tabs-1-${String(at)}"><b>${title}</b></label><div class="tab-panel" hidden="until-found">${text}</div>`;
    expect(html(source)).toBe(
      `<div class="tabs">${tab(1, 'One', '<p>1</p><h3 id="Inner">Inner</h3>')}${tab(2, 'Two', '<p>2</p>')}</div>`,
    );
  });

  it.each([
    ['::: {.column-margin}\nx\n:::', '<aside class="margin-note" role="note"><p>x</p></aside>'],
    [':::{dropdown} A\nx\n:::', '<details class="folded"><summary>A</summary><div><p>x</p></div></details>'],
    ['::: {.content-visible when-format="pdf"}\nx\n:::\ny', '<p>y</p>'],
    ['::: {.content-hidden unless-format="pdf"}\nx\n:::\ny', '<p>y</p>'],
    ['::: {#here .own}\nx\n:::', '<div id="here" data-name="own"><p>x</p></div>'],
    ['::: toString\nx\n:::', '<div data-name="toString"><p>x</p></div>'],
    ['::: open\nx', '<p>::: openx</p>'],
    [':::\nx\n:::', '<p>:::x:::</p>'],
    ['```{toString}\nx\n```', '<pre class="code-block"><code class="hljs">x</code></pre>'],
    ['```{code-block} r\nx\n```', '<pre class="code-block"><code class="hljs">x</code></pre>'],
  ])('are other things: %j', (source, expected) => {
    expect(html(source)).toBe(expected);
  });

  it('take time that grows with the text only', () => {
    expect(html('::: a\n'.repeat(60_000))).toContain('<p>');
    expect(html('::: a\n'.repeat(3000) + ':::\n'.repeat(3000))).toContain('<div');
  });
});

it.each([
  [
    '# עברית\n\ntext\n\n- א',
    '<h1 id="עברית" dir="auto">עברית</h1><p dir="auto">text</p><ul dir="auto"><li>א</li></ul>',
  ],
  ['# 売上\n\n日本語', '<h1 id="売上">売上</h1><p>日本語</p>'],
  ['> عربي\n>\n> - ب', '<blockquote dir="auto"><p>عربي</p><ul><li>ب</li></ul></blockquote>'],
  [
    '| المدينة | n |\n|---|--:|\n| القاهرة | 1 |',
    '<div class="table-scroll" dir="auto"><table><thead><tr><th>المدينة</th><th style="text-align:right">n</th></tr></thead><tbody><tr><td>القاهرة</td><td style="text-align:right">1</td></tr></tbody></table></div>',
  ],
  ['`كود`', '<p dir="auto"><code>كود</code></p>'],
  ['*强调 words* and *words*', '<p><em><span class="marked">强调</span> words</em> and <em>words</em></p>'],
  [
    '*a **강조***, *`コード`*',
    '<p><em>a <strong><span class="marked">강조</span></strong></em>, <em><code>コード</code></em></p>',
  ],
])('takes direction and emphasis from the script of the text: %j', (source, expected) => {
  expect(renderMarkdown(source, { docId: 'd' }).replace(/\n/g, '')).toBe(expected);
});
