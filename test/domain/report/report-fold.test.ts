import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../../src/domain/report/report.ts';
import { foldReport, startReport, stepOf } from '../../../src/domain/report/report-fold.ts';
import type { RunEvent } from '../../../src/domain/run/run-event.ts';
import { log, runEvent, widgetEvent } from '../event-log.ts';
import { cell, notebook } from '../notebook.ts';

const START = startReport(
  notebook(
    cell('markdown', '# Title'),
    cell('code', 'a'),
    cell('code', 'b'),
    cell('markdown', 'then'),
    cell('code', 'c'),
  ),
  { title: 'Test', showCode: false },
);

function fold(...events: readonly RunEvent[]): Report {
  return foldReport(START, log(events));
}

const states = (report: Report) => report.cells.map(({ state }) => state);
const texts = (report: Report, at: number) =>
  report.cells[at]?.outputs.map((output) =>
    output.type === 'stream' || output.type === 'notice'
      ? output.text
      : output.type === 'display'
        ? output.data['text/plain']
        : output.name,
  );
const shown = (cellIndex: number, text: string, displayId?: string): RunEvent => ({
  type: 'output-added',
  cell: cellIndex,
  output: {
    type: 'display',
    data: { 'text/plain': text },
    metadata: {},
    ...(displayId === undefined ? {} : { displayId }),
  },
});
const printed = (text: string, name: 'stdout' | 'stderr' = 'stdout'): RunEvent => ({
  type: 'stream-appended',
  cell: 1,
  name,
  text,
});

describe('foldReport', () => {
  it('gives equal reports one by one and in batches', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(runEvent, widgetEvent), { maxLength: 25 }),
        fc.array(fc.nat(24), { maxLength: 4 }),
        (events, cuts) => {
          const stored = log(events);
          const whole = foldReport(START, stored);
          expect(stored.reduce((report, event) => foldReport(report, [event]), START)).toEqual(whole);
          const ends = [...new Set([...cuts.sort((a, b) => a - b), stored.length])];
          const batched = ends.reduce(
            (report, end, at) => foldReport(report, stored.slice(ends[at - 1] ?? 0, end)),
            START,
          );
          expect(batched).toEqual(whole);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('shows text as the run comes to it', () => {
    expect(states(START)).toEqual(['ok', 'waiting', 'waiting', 'waiting', 'waiting']);
    expect(
      states(fold({ type: 'cell-started', cell: 2 }, { type: 'cell-finished', cell: 2, status: 'ok', ms: 1 })),
    ).toEqual(['ok', 'waiting', 'ok', 'ok', 'waiting']);
    const failed: RunEvent[] = [
      { type: 'cell-started', cell: 1 },
      { type: 'cell-finished', cell: 1, status: 'error', ms: 1 },
      { type: 'run-finished', outcome: { type: 'failed', cell: 1 } },
    ];
    expect(states(fold(...failed))).toEqual(['ok', 'error', 'skipped', 'skipped', 'skipped']);
    expect(states(fold({ type: 'run-finished', outcome: { type: 'succeeded' } }))).toEqual([
      'ok',
      'skipped',
      'skipped',
      'ok',
      'skipped',
    ]);
  });

  it('puts the inputs in, and counts steps without them', () => {
    const report = fold({
      type: 'run-started',
      attempt: 1,
      worker: 'w',
      cells: 3,
      injected: { at: 1, source: 'n = 1', replaces: false },
    });
    expect(report.cells.map(({ index, source, injected }) => [index, source, injected])).toEqual([
      [0, '# Title', false],
      [1, 'n = 1', true],
      [2, 'a', false],
      [3, 'b', false],
      [4, 'then', false],
      [5, 'c', false],
    ]);
    expect([1, 2, 3, 5].map((at) => stepOf(report, at))).toEqual([0, 1, 2, 3]);
  });

  it('begins again without what a vanished attempt has shown, and says so', () => {
    const started: RunEvent = {
      type: 'run-started',
      attempt: 1,
      worker: 'w',
      cells: 3,
      injected: { at: 1, source: 'n = 1', replaces: true },
    };
    const first = [
      started,
      shown(2, 'old'),
      { type: 'result-published', name: 'rows', value: 1 },
      { type: 'progress', fraction: 0.5, text: '' },
      { type: 'run-requeued', attempt: 1 },
    ] satisfies RunEvent[];
    const waiting = fold(...first);
    expect([waiting.status, waiting.results, waiting.progress]).toEqual(['queued', [], undefined]);
    expect(texts(waiting, 2)).toEqual(['old']);
    const again = fold(...first, { ...started, attempt: 2, worker: 'x' }, shown(3, 'new'));
    expect(again.cells.map(({ source }) => source)).toEqual(fold(started).cells.map(({ source }) => source));
    expect([texts(again, 2), texts(again, 3)]).toEqual([[], ['new']]);
    expect(again.notices.map(({ text }) => text)).toEqual([expect.stringContaining('so the run began again')]);
  });

  it('joins what follows on the same stream only', () => {
    expect(texts(fold(printed('a'), printed('b\n'), printed('!', 'stderr'), printed('c')), 1)).toEqual([
      'ab\n',
      '!',
      'c',
    ]);
  });

  it('clears at once, or when the next output comes', () => {
    expect(texts(fold(printed('a'), { type: 'outputs-cleared', cell: 1, wait: false }), 1)).toEqual([]);
    const waiting = [printed('a'), { type: 'outputs-cleared', cell: 1, wait: true }] as const;
    expect(texts(fold(...waiting), 1)).toEqual(['a']);
    expect(texts(fold(...waiting, printed('b')), 1)).toEqual(['b']);
    expect(texts(fold(...waiting, printed('b'), printed('c')), 1)).toEqual(['bc']);
  });

  it('updates a display in every cell that shows it', () => {
    const report = fold(shown(1, 'old', 'd'), shown(2, 'old', 'd'), shown(2, 'other'), {
      type: 'output-updated',
      displayId: 'd',
      data: { 'text/plain': 'new' },
      metadata: {},
    });
    expect([texts(report, 1), texts(report, 2)]).toEqual([['new'], ['new', 'other']]);
  });

  it('keeps what an event does not touch', () => {
    const before = fold(shown(1, 'a'), shown(2, 'b'));
    const after = foldReport(before, log([shown(2, 'c')], 3));
    expect(after.cells[1]).toBe(before.cells[1]);
    expect(after.cells[2]?.outputs[0]).toBe(before.cells[2]?.outputs[0]);
    expect(before.cells[2]?.outputs).toHaveLength(1);
  });

  it('takes 100,000 appends in batches', () => {
    const events = log(Array.from({ length: 100_000 }, (_, line) => printed(`line ${line}\n`)));
    let report = START;
    for (let at = 0; at < events.length; at += 500) report = foldReport(report, events.slice(at, at + 500));
    const outputs = report.cells[1]?.outputs ?? [];
    expect(outputs.length).toBe(Math.ceil(1_088_890 / 16_395));
    expect(texts(report, 1)?.join('')).toContain('line 99999\n');
  });
});
