import { describe, expect, it } from 'vitest';
import { startReport } from '../../src/domain/report/report-fold.ts';
import { type DocumentOptions } from '../../src/render/document.ts';
import { documentText } from './document-text.ts';
import { cell, notebook } from '../domain/notebook.ts';
import { OPTIONS } from './options.ts';

function document(title: string, sources: readonly string[], options: Partial<DocumentOptions> = {}): string {
  const cells = sources.map((source) => cell('markdown', source));
  return documentText(startReport(notebook(...cells), { title, showCode: false }), { ...OPTIONS, ...options });
}

describe('the heading that repeats the title of a report', () => {
  it.each([
    ['Weekly sales', '# Weekly sales'],
    ['Weekly sales', '# Weekly **sales** #'],
    ['Weekly sales', '# <center>Weekly sales</center>'],
    ['Weekly sales', '<h1 align="center">Weekly\nsales</h1>\n\nText.'],
    ['Weekly sales', 'Weekly sales\n===\n'],
    ['R&D <1', '# R&D <1'],
  ])('%s: %s is marked', (title, source) => {
    const html = document(title, ['Before.', source, `# ${title}`]);
    expect(html.match(/<h1 data-report-title[^>]*>/g)).toHaveLength(1);
    expect(html.indexOf('data-report-title')).toBeLessThan(html.indexOf('id="c2"'));
  });

  it.each([
    ['another text', '# Monthly sales'],
    ['more than the title', '# Weekly sales, EU'],
    ['a picture', '# ![logo](data:image/png;base64,xx) Weekly sales'],
    ['a later heading', '# Sales\n\n# Weekly sales'],
    ['no heading', 'Weekly sales'],
  ])('%s is not marked', (_what, source) => {
    expect(document('Weekly sales', [source])).not.toContain('data-report-title');
  });

  it('keeps its id, and is hidden only where the page says so', () => {
    expect(document('Sales', ['# Sales'])).toMatch(/<html lang="en">[^]*<h1 data-report-title id="Sales">/);
    expect(document('Sales', ['# Sales'], { titled: 'screen' })).toContain('<html lang="en" data-titled="screen">');
  });
});
