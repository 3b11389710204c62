import { gunzipSync } from 'node:zlib';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { drawFileCells, exportHtml } from '../../../src/render/export/html.ts';
import type { Cell } from '../../../src/domain/notebook/notebook.ts';
import { savedReport } from '../../../src/render/notebook.ts';
import { cell, notebook } from '../../domain/notebook.ts';

const FILES: Readonly<Record<string, string>> = {
  'a/report.css': `@font-face{font-family:"Inter Variable";font-style:normal;src:url(./latin.woff2) format("woff2");unicode-range:U+0-FF}
@font-face{font-family:"Inter Variable";font-style:normal;src:url(./greek.woff2) format("woff2");unicode-range:U+370-3FF}
@font-face{font-family:"Inter Variable";font-style:italic;src:url(./italic.woff2) format("woff2");unicode-range:U+0-FF}
body{font-family:"Inter Variable"}`,
  'a/math.css': `@font-face{font-family:KaTeX_Main;font-weight:400;src:url(./main.woff2) format("woff2"),url(./main.ttf)}
@font-face{font-family:KaTeX_Main;font-weight:700;src:url(./bold.woff2) format("woff2")}
@font-face{font-family:KaTeX_Fraktur;src:url(./fraktur.woff2) format("woff2")}
.katex{font:normal 1.21em KaTeX_Main,serif}.katex .mathbf{font-family:KaTeX_Main;font-weight:700}.katex .mathfrak{font-family:KaTeX_Fraktur}`,
  'a/frame.js': 'import{a as b}from"./shared.js";b("</script>");',
  'a/shared.js': 'export const a = (text) => text;',
  'a/library-plotly-plotly.min.js': 'window.Plotly = {};',
  ...Object.fromEntries(
    ['latin', 'greek', 'italic', 'main', 'bold', 'fraktur'].map((name) => [`a/${name}.woff2`, `<${name}>`]),
  ),
};
const OPTIONS = {
  blob: () => undefined,
  asset: (name: string) => `a/${name}`,
  bytes: (address: string) => (FILES[address] === undefined ? undefined : new TextEncoder().encode(FILES[address])),
};

async function exported(...cells: readonly Cell[]): Promise<string> {
  const parts = await exportHtml(savedReport(notebook(...cells), { title: 'Alone', showCode: false }), {
    ...OPTIONS,
    facts: [{ label: 'Region', value: 'EU & <UK>' }],
  });
  return [...parts].join('');
}

const fonts = (html: string) =>
  [...html.matchAll(/data:font\/woff2;base64,([\w+/=]+)/g)].map(([, data]) => atob(data ?? ''));

describe('a report as one file', () => {
  it('names nothing outside of itself', async () => {
    const html = await exported(cell('markdown', '# Text with $x$'));
    const { document } = parseHTML(html);
    const urls = [...document.querySelectorAll('[src], link[href]')].map(
      (each) => each.getAttribute('src') ?? each.getAttribute('href'),
    );
    expect(urls).toEqual([]);
    expect(html).not.toMatch(/url\((?!data:)/);
    expect(document.querySelector('#report-facts')?.textContent).toBe('RegionEU & <UK>');
    expect(document.querySelector('meta[http-equiv]')?.getAttribute('content')).toContain("connect-src 'none'");
  });

  it('is the same of cells that were drawn beforehand, and hardly asks for a time limit then', async () => {
    const report = savedReport(notebook(...Array.from({ length: 300 }, (_, at) => cell('markdown', `# Text ${at}`))), {
      title: 'Long',
      showCode: false,
    });
    let attempts = 0;
    const attempt = <T>(part: () => T): T => {
      attempts += 1;
      return part();
    };
    const drawing = drawFileCells(report, OPTIONS);
    let step = drawing.next();
    while (step.done !== true) step = drawing.next();
    const parts = [...(await exportHtml(report, { ...OPTIONS, attempt, cells: step.value }))];
    expect(attempts).toBeLessThan(10);
    expect(parts.join('')).toBe([...(await exportHtml(report, OPTIONS))].join(''));
  });

  it('carries the fonts that its text is set in, and no others', async () => {
    expect(fonts(await exported(cell('markdown', 'Plain')))).toEqual(['<latin>']);
    expect(fonts(await exported(cell('markdown', 'An *emphasis* and Ωmega')))).toEqual([
      '<latin>',
      '<greek>',
      '<italic>',
    ]);
    expect(fonts(await exported(cell('markdown', 'A formula $\\mathbf{x} + \\alpha$')))).toEqual([
      '<latin>',
      '<main>',
      '<bold>',
    ]);
  });

  it('carries its script with what that imports', async () => {
    const { document } = parseHTML(await exported(cell('markdown', 'Plain')));
    const script = document.querySelector('script[type=module]')?.textContent ?? '';
    const [, shared = ''] = /from"data:text\/javascript;base64,([^"]+)"/.exec(script) ?? [];
    expect(atob(shared)).toBe(FILES['a/shared.js']);
    expect(script).toContain('b("\\x3C/script>")');
  });

  it('carries plotly only for a report with a chart', async () => {
    const chart = {
      output_type: 'display_data',
      data: { 'application/vnd.plotly.v1+json': { data: [] } },
      metadata: {},
    };
    const { document } = parseHTML(await exported(cell('code', 'fig', { outputs: [chart] })));
    const packed = document.querySelector('#library-plotly-plotly\\.min\\.js')?.textContent ?? '';
    expect(gunzipSync(Buffer.from(packed, 'base64')).toString()).toBe(FILES['a/library-plotly-plotly.min.js']);
    expect(document.querySelector('.report-chart')?.getAttribute('data-library')).toBe('plotly');
    expect(
      parseHTML(await exported(cell('code', 'x'))).document.querySelector('#library-plotly-plotly\\.min\\.js'),
    ).toBeNull();
  });
});
