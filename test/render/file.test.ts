/** Files beside the script in a report: pictures, styles, links. */
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { foldReport, startReport } from '../../src/domain/report/report-fold.ts';
import type { RunEvent } from '../../src/domain/run/run-event.ts';
import { renderArticle } from '../../src/render/document.ts';
import { renderPatches } from '../../src/render/patch.ts';
import { neededBlobs } from '../../src/render/report-blob.ts';
import { log } from '../domain/event-log.ts';
import { cell, notebook } from '../domain/notebook.ts';
import { OPTIONS } from './options.ts';

const FILES: Readonly<Record<string, string>> = {
  'pic/a b.png': 'image/png',
  '../up.png': 'image/png',
  'sheet.css': 'text/css',
  'data.csv': 'text/csv',
};
const kept = (path: string): RunEvent => ({
  type: 'file-kept',
  path,
  mime: FILES[path]!,
  file: { $blob: path, sizeBytes: 3, encoding: 'base64' },
});
const SERVED = {
  ...OPTIONS,
  blob: ({ $blob }: { $blob: string }) => btoa($blob === 'sheet.css' ? 'b{color:red}</style>' : $blob),
  file: (path: string) => `/files?path=${encodeURIComponent(path)}`,
  scriptPage: (name: string) => `/s/${name}`,
};
const PIC = `data:image/png;base64,${btoa('pic/a b.png')}`;

function page(type: 'markdown' | 'html', source: string, options: object = SERVED): Document {
  const cells = type === 'markdown' ? [cell('markdown', source)] : [cell('code', '1')];
  const start = startReport(notebook(...cells), { title: 'T', showCode: false, script: 'sales/weekly' });
  const output = { type: 'display', data: { 'text/html': source }, metadata: {} } as const;
  const events: RunEvent[] = [
    ...Object.keys(FILES).map(kept),
    ...(type === 'html' ? [{ type: 'output-added', cell: 0, output } as const] : []),
    { type: 'run-finished', outcome: { type: 'succeeded' } },
  ];
  const html = renderArticle(foldReport(start, log(events)), { ...SERVED, ...options });
  return parseHTML(`<!doctype html><html><body>${html}</body></html>`).document;
}

describe.each(['markdown', 'html'] as const)('in %s', (type) => {
  it.each([
    ['<img src="pic/a%20b.png" width=20 srcset="x 2x">', PIC],
    ['<p><img alt="x" src="./pic/../pic/a b.png?v=1"></p>', PIC],
    ['<video src="../up.png"></video>', `data:image/png;base64,${btoa('../up.png')}`],
    ['<img src="https://a.b/c.png">', 'https://a.b/c.png'],
    ['<img src="data:image/png;base64,AA">', 'data:image/png;base64,AA'],
    ['<img src="none.png" alt="none">', null],
    ['<img src="/etc/passwd.png">', '/etc/passwd.png'],
  ])('%s shows %s', (html, src) => {
    const shown = page(type, html).querySelector('img, video');
    expect(shown?.getAttribute('src')).toBe(src);
    expect(shown?.getAttribute('srcset')).toBeNull();
  });

  it('styles find their pictures, and style sheets stand in the report', () => {
    const html = `<div style="background:url('pic/a%20b.png')">x</div><style>p{background:url(none.png)}</style>
<link rel="stylesheet" href="sheet.css"><link rel="stylesheet" href="none.css"><b>y</b>`;
    const document = page(type, html);
    expect(document.querySelector('div[style]')?.getAttribute('style')).toBe(`background:url(${PIC})`);
    const styles = [...document.querySelectorAll('style')].map(({ textContent }) => textContent);
    expect(styles.map((css) => css.replace('@scope{', ''))).toEqual(['p{background:none}', 'b{color:red}<\\/style>']);
    expect(document.querySelector('link')).toBeNull();
    expect(document.querySelector('b')?.textContent).toBe('y');
  });

  it.each([
    ['data.csv', '/files?path=data.csv', 'data.csv'],
    ['pic/a%20b.png', '/files?path=pic%2Fa%20b.png', 'a b.png'],
    ['other.ipynb', '/s/sales/other', null],
    ['./other.ipynb#Results', '/s/sales/other#Results', null],
    ['../ops/stock.ipynb', '/s/ops/stock', null],
    ['../../beyond.ipynb', '../../beyond.ipynb', null],
    ['https://a.b/x.ipynb', 'https://a.b/x.ipynb', null],
    ['#place', '#place', null],
    ['none.csv', null, null],
  ])('a link to %s leads to %s', (address, href, download) => {
    const link = page(type, `<p><a href="${address}">there</a></p>`).querySelector('a');
    expect(link?.textContent).toBe('there');
    expect([link?.getAttribute('href'), link?.getAttribute('download')]).toEqual([href, download]);
    expect(link?.getAttribute('title') ?? '').toMatch(href === null ? /not kept with the report/ : /^$/);
  });
});

describe('in Markdown of its own kind', () => {
  it.each([
    ['![x](pic/a%20b.png)', 'img', 'src', PIC],
    ['![x](<pic/a b.png>)', 'img', 'src', PIC],
    ['![x][r]\n\n[r]: ../up.png', 'img', 'src', `data:image/png;base64,${btoa('../up.png')}`],
    ['![x](none.png)', 'img', 'src', null],
    ['[x](data.csv)', 'a', 'href', '/files?path=data.csv'],
    ['[x](other.ipynb)', 'a', 'href', '/s/sales/other'],
    ['[x](none.csv)', 'a', 'href', null],
  ])('%s', (source, name, attribute, value) => {
    const element = page('markdown', source).querySelector(name);
    expect(element?.getAttribute(attribute)).toBe(value);
  });
});

it('a report in a file of its own holds what it links to', () => {
  const document = page('markdown', '[x](data.csv) [y](other.ipynb)', { file: undefined, scriptPage: undefined });
  const [file, other] = [...document.querySelectorAll('a')].map((link) => link.getAttribute('href'));
  expect(file).toBe(`data:text/csv;base64,${btoa('data.csv')}`);
  expect(other).toBe('other.ipynb');
});

it('a file that comes later is shown in the text that names it, and in no other', () => {
  const start = startReport(notebook(cell('markdown', '![x](<pic/a b.png>)'), cell('markdown', 'other')), {
    title: 'T',
    showCode: false,
  });
  const after = foldReport(start, log([kept('pic/a b.png')]));
  expect(neededBlobs(after, start).map(({ $blob }) => $blob)).toEqual(['pic/a b.png']);
  const patches = renderPatches(start, after, SERVED);
  expect(patches).toEqual([{ type: 'replace', target: 'c0', html: expect.stringContaining(PIC) }]);
});

it('one drawing holds no more of a picture than it may, however often that is shown', () => {
  const large = 'A'.repeat(20_000_000);
  const document = page('markdown', '<img src="../up.png"> '.repeat(4), { blob: () => large });
  const shown = [...document.querySelectorAll('img')].map((image) => image.hasAttribute('src'));
  expect(shown).toEqual([true, true, false, false]);
});
