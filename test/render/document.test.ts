/** The documents of runs that fail, and of running ones. */
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { foldReport, startReport } from '../../src/domain/report/report-fold.ts';
import type { RunEvent } from '../../src/domain/run/run-event.ts';
import { documentText } from './document-text.ts';
import { log } from '../domain/event-log.ts';
import { cell, notebook } from '../domain/notebook.ts';
import { OPTIONS } from './options.ts';

const START = startReport(
  notebook(
    cell('markdown', '# Title'),
    cell('code', 'a = 1'),
    cell('code', 'b = 2'),
    cell('markdown', 'Never reached'),
  ),
  { title: 'Run <1>', showCode: false },
);

function rendered(events: readonly RunEvent[], more: object = {}): Document {
  return parseHTML(documentText(foldReport(START, log(events)), { ...OPTIONS, ...more })).document;
}

const endOf = (document: Document) => document.querySelector('#report-end')?.textContent.trim();
const statesOf = (document: Document) =>
  [...document.querySelectorAll('.cell')].map((each) => each.getAttribute('data-state'));

describe('renderDocument', () => {
  it.each<[string, RunEvent[], string]>([
    ['waiting', [], 'Waiting to start…'],
    ['running', [{ type: 'kernel-ready', supply: 'pool', ms: 1, environment: 'Python' }], 'Arriving…'],
    ['done', [{ type: 'run-finished', outcome: { type: 'succeeded' } }], ''],
    [
      'out of memory',
      [
        { type: 'cell-started', cell: 1 },
        { type: 'run-finished', outcome: { type: 'kernel-died', cell: 1, limit: 'memory', limitValue: 1e9 } },
      ],
      'The report ran out of memory in step 1. It may use 1 GB. 1 further step did not run.',
    ],
    [
      'failed above the inputs, whose own cell is no step',
      [
        {
          type: 'run-started',
          attempt: 1,
          worker: 'w',
          cells: 3,
          injected: { at: 2, source: 'n = 1', replaces: false },
        },
        { type: 'cell-started', cell: 1 },
        { type: 'run-finished', outcome: { type: 'failed', cell: 1 } },
      ],
      'The report stopped in step 1. 1 further step did not run.',
    ],
    [
      'too slow',
      [
        { type: 'cell-started', cell: 2 },
        { type: 'run-finished', outcome: { type: 'timed-out', limit: 'wall', limitMs: 60_000, cell: 2 } },
      ],
      'The report was stopped in step 2: it took longer than the 1 min a report may take. 1 further step did not run.',
    ],
    [
      'lost',
      [{ type: 'run-finished', outcome: { type: 'lost' } }],
      'The report was interrupted because the server stopped during the run. Run it again. 2 further steps did not run.',
    ],
    [
      'with a notice',
      [
        { type: 'notice', text: 'Output was cut.' },
        { type: 'run-finished', outcome: { type: 'succeeded' } },
      ],
      'Output was cut.',
    ],
  ])('%s', (_what, events, sentence) => {
    expect(endOf(rendered(events))).toBe(sentence);
  });

  it('says why once, where it happened', () => {
    const document = rendered([
      { type: 'cell-started', cell: 1 },
      {
        type: 'output-added',
        cell: 1,
        output: {
          type: 'error',
          name: 'FileNotFoundError',
          value: "[Errno 2] No such file or directory: 'sales.csv'",
          traceback: ['Traceback'],
        },
      },
      { type: 'cell-finished', cell: 1, status: 'error', ms: 1 },
      {
        type: 'run-finished',
        outcome: {
          type: 'failed',
          cell: 1,
          exception: { name: 'FileNotFoundError', value: "[Errno 2] No such file or directory: 'sales.csv'" },
        },
      },
    ]);
    expect(document.querySelector('.error-sentence')?.textContent).toBe(
      'This step stopped: the file “sales.csv” was not found.',
    );
    expect(endOf(document)).toBe('The report stopped in step 1. 1 further step did not run.');
    expect(statesOf(document)).toEqual(['ok', 'error', 'skipped', 'skipped']);
  });

  it('offers the files of the run where there is an address for them', () => {
    const events: RunEvent[] = [
      { type: 'artifact-added', artifact: { name: 'a&b.csv', mime: 'text/csv', sizeBytes: 1234, hash: 'x' } },
    ];
    expect(rendered(events).querySelector('.files')).toBeNull();
    const link = rendered(events, { artifact: (name: string) => `/files/${encodeURIComponent(name)}` }).querySelector(
      '.files a',
    );
    expect([link?.getAttribute('href'), link?.textContent]).toEqual(['/files/a%26b.csv', 'a&b.csv']);
  });

  it('shows an output whose value lies in the blob store, and says when it is gone', () => {
    const events: RunEvent[] = [
      {
        type: 'output-added',
        cell: 1,
        output: {
          type: 'display',
          metadata: {},
          data: { 'text/plain': { $blob: 'x', sizeBytes: 9, encoding: 'text' } },
        },
      },
    ];
    expect(rendered(events, { blob: () => 'from the store' }).querySelector('#c1-o0')?.textContent).toBe(
      'from the store',
    );
    expect(rendered(events).querySelector('#c1-o0')?.textContent).toBe(
      'This output cannot be shown: its bytes are missing or damaged in the store.',
    );
  });

  it('shows code as the author wants it, or as the reader asks', () => {
    const checked = (more: object) => rendered([], more).querySelector('#code-shown')?.hasAttribute('checked');
    expect([checked({}), checked({ code: true }), checked({ code: false })]).toEqual([false, true, false]);
  });

  it('writes the title as text', () => {
    expect(rendered([]).title).toBe('Run <1>');
  });
});
