/** How a report shows a text that a step printed, and the file with all of it. */
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { foldReport, startReport } from '../../src/domain/report/report-fold.ts';
import type { Report } from '../../src/domain/report/report.ts';
import { renderArticle } from '../../src/render/document.ts';
import { exportText } from '../../src/render/export/text.ts';
import { SHOWN_END_CHARS } from '../../src/render/shown.ts';
import { log } from '../domain/event-log.ts';
import { cell, notebook } from '../domain/notebook.ts';
import { OPTIONS } from './options.ts';

const START = startReport(notebook(cell('code', 'a')), { title: 'Test', showCode: false });

function printing(...texts: readonly (readonly ['stdout' | 'stderr', string])[]): Report {
  return foldReport(START, log(texts.map(([name, text]) => ({ type: 'stream-appended', cell: 0, name, text }))));
}

function shown(report: Report, text?: (cell: number) => string): readonly Element[] {
  const { document } = parseHTML(renderArticle(report, { ...OPTIONS, ...(text === undefined ? {} : { text }) }));
  return [...document.querySelectorAll('.output-stream')];
}

const lines = (count: number) => Array.from({ length: count }, (_, line) => `line ${line}\n`).join('');

describe('what a step printed', () => {
  it('is one text, however long, until another stream speaks', () => {
    const texts = shown(printing(['stdout', lines(5000)], ['stderr', 'oh'], ['stdout', 'done']));
    expect(texts.map(({ textContent }) => textContent)).toEqual([lines(5000), 'oh', 'done']);
    expect(texts.map(({ className }) => className)).toEqual([
      'output output-stream stdout',
      'output output-stream stderr',
      'output output-stream stdout',
    ]);
  });

  it('is shown by its beginning and its end where it is very long, and says where the rest is', () => {
    const [text, ...others] = shown(printing(['stdout', lines(300_000)]), (at) => `/text/${at}`);
    const content = text?.textContent ?? '';
    expect(others).toEqual([]);
    expect(content.startsWith('line 0\nline 1\n') && content.endsWith('line 299999\n')).toBe(true);
    expect(content.length).toBeLessThan(2 * SHOWN_END_CHARS + 100);
    expect(text?.querySelector('.note')?.textContent).toBe('2.5 MB of text are left out here. Download the whole text');
    expect(text?.querySelector('.note a')?.getAttribute('href')).toBe('/text/0');
    expect(shown(printing(['stdout', lines(300_000)]))[0]?.querySelector('.note')?.textContent).toContain(
      'The executed notebook has the whole text.',
    );
  });

  it('leaves out what is in the middle also where two streams take turns', () => {
    const turns = Array.from(
      { length: 40_000 },
      (_, turn) => [turn % 2 === 0 ? 'stdout' : 'stderr', `turn ${turn} ${'x'.repeat(40)}\n`] as const,
    );
    const texts = shown(printing(...turns));
    expect(texts.reduce((sum, { textContent }) => sum + textContent.length, 0)).toBeLessThan(2 * SHOWN_END_CHARS + 100);
    expect(texts.filter((text) => text.querySelector('.note') !== null)).toHaveLength(1);
    expect(texts.at(-1)?.textContent).toContain('turn 39999 ');
  });

  it('is to be had whole, without colours and overwritten words', () => {
    const report = printing(['stdout', `\x1b[31mred\x1b[0m\n${lines(300_000)} 10%\r100%`], ['stderr', '\noh\n']);
    expect([...(exportText(report, 0) ?? [])].join('')).toBe(`red\n${lines(300_000)}100%\noh\n`);
    expect(exportText(report, 7)).toBeUndefined();
  });
});
