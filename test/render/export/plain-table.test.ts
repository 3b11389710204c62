import { describe, expect, it } from 'vitest';
import { fitTables } from '../../../src/render/export/plain-table.ts';

const row = (tag: string, ...texts: readonly (string | number)[]) =>
  `<tr>${texts.map((text) => `<${tag}>${text}</${tag}>`).join('')}</tr>`;
const table = (head: string, ...body: readonly string[]) =>
  `<table><thead>${head}</thead><tbody>${body.join('')}</tbody></table>`;
const widths = (html: string) => [...html.matchAll(/width:([\d.]+)%/g)].map(([, width]) => Number(width));
const total = (html: string) => widths(html).reduce((sum, width) => sum + width, 0);

describe('a table of a document with pages', () => {
  it('has columns as wide as their content, numbers at the right, and is no wider than it needs', () => {
    const html = fitTables(
      table(row('th', '', 'region', 'value'), row('td', 0, 'North', '-1.5 %'), row('td', 1, 'x', 'NaN')),
    );
    expect(widths(html)).toEqual([4.55, 12.12, 12.12]);
    expect(html).toContain('<th style="text-align:right">value</th>');
    expect(html).toContain('<td>North</td><td style="text-align:right">-1.5 %</td>');
    expect(html).toContain('<th>region</th>');
  });

  it('wraps lines rather than words', () => {
    const long = 'several words of a text '.repeat(6);
    const html = fitTables(table(row('th', 'day', 'text', 'other'), row('td', '2026-11-29', long, long)));
    expect(total(html)).toBeCloseTo(100, 1);
    expect(widths(html)[1]).toBeGreaterThan(40);
    // a date may wrap at its hyphens, if it must
    expect(widths(html)[0]).toBeGreaterThan(8);
  });

  it('becomes several tables, each with the names of its rows', () => {
    const names = Array.from({ length: 24 }, (_, at) => `column_${at}`);
    const body = ['north', 'south'].map(
      (name) => `<tr><th>${name}</th>${names.map((_, at) => `<td>0.${at}</td>`).join('')}</tr>`,
    );
    const html = fitTables(table(row('th', '', ...names), ...body));
    const parts = html.split('</table>').slice(0, -1);
    expect(parts).toHaveLength(5);
    for (const part of parts) {
      expect(part).toContain('<th>north</th>');
      expect(total(part)).toBeLessThanOrEqual(100.1);
    }
    expect(parts[1]).toContain('<p><em>Columns 6 to 10 of 24</em></p>');
    for (const [at, name] of names.entries()) {
      expect(html.split(`>${name}</th>`)).toHaveLength(2);
      expect(html.split(`>0.${at}</td>`)).toHaveLength(3);
    }
  });

  it('keeps cells over several columns and rows in each part that shows them', () => {
    const names = Array.from({ length: 16 }, (_, at) => `measurement_${at}`);
    const head = `<tr><th rowspan="2">name</th><th colspan="8">left</th><th colspan="8">right</th></tr>${row('th', ...names)}`;
    const body = `<tr><th>a</th>${names.map((_, at) => `<td>${at}</td>`).join('')}</tr>`;
    const html = fitTables(table(head, body));
    const parts = html.split('</table>').slice(0, -1);
    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts) {
      const spans = [...part.matchAll(/colspan="(\d+)"/g)].reduce((sum, [, span]) => sum + Number(span), 0);
      const single = [...part.matchAll(/<th>(?:left|right)<\/th>/g)].length;
      expect(spans + single).toBe(widths(part).length - 1);
      expect(part).toContain('<th rowspan="2">name</th>');
    }
  });

  it.each([
    ['one in another', '<table><tr><td><table><tr><td>a</td></tr></table></td><td>b</td></tr></table>'],
    ['pictures', '<table><tr><td><img src="data:,"></td><td>b</td></tr></table>'],
    ['text beside its cells', '<table>x<tr><td>a</td><td>b</td></tr></table>'],
    ['cells that overlap', '<table><tr><td>a</td><td rowspan="2">b</td></tr><tr><td colspan="2">c</td></tr></table>'],
    ['one column', '<table><tr><td>a</td></tr></table>'],
    ['far too many columns', '<table><tr><td colspan="2000000000">a</td><td>b</td></tr></table>'],
  ])('stays as it is with %s', (_, html) => {
    expect(fitTables(`<p>before</p>${html}<p>after</p>`)).toBe(`<p>before</p>${html}<p>after</p>`);
  });
});
