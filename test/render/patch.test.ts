import fc from 'fast-check';
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/domain/report/report.ts';
import type { RunEvent } from '../../src/domain/run/run-event.ts';
import { foldReport, startReport } from '../../src/domain/report/report-fold.ts';
import { documentText } from './document-text.ts';
import { renderPatches } from '../../src/render/patch.ts';
import { log, runEvent, widgetEvent } from '../domain/event-log.ts';
import { cell, notebook } from '../domain/notebook.ts';
import { OPTIONS } from './options.ts';
import { applyPatch, withoutGaps } from './patched.ts';

const START = startReport(
  notebook(
    cell('markdown', '# Title\n<div>open'),
    cell('code', 'a'),
    cell('code', 'b', { tags: ['remove-output'] }),
    cell('markdown', 'then'),
    cell('code', 'c'),
  ),
  { title: 'Test', showCode: false },
);

/** The document of `before` with the patches applied, and the document of `after`, as the browser has them. */
function bothWays(before: Report, after: Report): [string, string] {
  const { document } = parseHTML(documentText(before, OPTIONS));
  for (const patch of renderPatches(before, after, OPTIONS)) applyPatch(document, patch);
  const expected = parseHTML(documentText(after, OPTIONS)).document;
  return [withoutGaps(document), withoutGaps(expected)];
}

describe('renderPatches', () => {
  it('leads to the same document as rendering it anew', () => {
    fc.assert(
      fc.property(fc.array(runEvent, { maxLength: 20 }), fc.nat(20), (events, cut) => {
        const before = foldReport(START, log(events.slice(0, cut)));
        const after = foldReport(before, log(events.slice(cut), cut + 1));
        const [patched, expected] = bothWays(before, after);
        expect(patched).toBe(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('does so with widgets', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(widgetEvent, widgetEvent, runEvent), { maxLength: 25 }),
        fc.nat(25),
        (events, cut) => {
          const before = foldReport(START, log(events.slice(0, cut)));
          const after = foldReport(before, log(events.slice(cut), cut + 1));
          const [patched, expected] = bothWays(before, after);
          expect(patched).toBe(expected);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('touches one output when one changed', () => {
    const before = foldReport(
      START,
      log([
        { type: 'stream-appended', cell: 1, name: 'stdout', text: 'a' },
        { type: 'output-added', cell: 4, output: { type: 'display', data: { 'text/plain': 'x' }, metadata: {} } },
      ]),
    );
    const after = foldReport(before, log([{ type: 'stream-appended', cell: 1, name: 'stdout', text: 'b' }], 3));
    expect(renderPatches(before, after, OPTIONS)).toEqual([
      { type: 'replace', target: 'c1-o0', html: '<pre id="c1-o0">ab</pre>' },
    ]);
    expect(renderPatches(after, after, OPTIONS)).toEqual([]);
  });

  it('moves the end of a text that is too long to be shown whole', () => {
    const printed = (text: string): RunEvent => ({ type: 'stream-appended', cell: 1, name: 'stdout', text });
    const grown = (from: Report, events: readonly RunEvent[]) => foldReport(from, log(events, from.seq + 1));
    const megabyte = 'a line of a log that does not end\n'.repeat(30_000);
    const steps: RunEvent[] = [
      printed(megabyte),
      printed('more\n'.repeat(5_000)),
      printed(megabyte),
      { type: 'notice', cell: 1, text: 'A note.' },
      printed(megabyte),
    ];
    let report = START;
    for (const step of steps) {
      const next = grown(report, [step]);
      const [patched, expected] = bothWays(report, next);
      expect(patched).toBe(expected);
      report = next;
    }
    const again = grown(report, [
      { type: 'outputs-cleared', cell: 1, wait: true },
      ...Array.from({ length: 150 }, (): RunEvent => ({ type: 'notice', cell: 1, text: 'x' })),
    ]);
    const [patched, expected] = bothWays(report, again);
    expect(patched).toBe(expected);
  });

  it('folds the outputs of a step that has many, and leads to the same document while they arrive', () => {
    const shown = (text: string): RunEvent => ({
      type: 'output-added',
      cell: 4,
      output: { type: 'display', data: { 'text/plain': text }, metadata: {} },
    });
    const printed: RunEvent = { type: 'stream-appended', cell: 4, name: 'stdout', text: 'line' };
    const steps: (readonly RunEvent[])[] = [
      Array.from({ length: 29 }, (_, at) => shown(String(at))),
      [printed],
      [{ type: 'notice', cell: 4, text: 'A note.' }],
      [printed],
      [shown('31'), printed, printed],
      [printed, shown('32'), { type: 'notice', cell: 4, text: 'Another.' }],
      [{ type: 'outputs-cleared', cell: 4, wait: false }, shown('x')],
    ];
    let report = START;
    for (const step of steps) {
      const next = foldReport(report, log(step, report.seq + 1));
      const [patched, expected] = bothWays(report, next);
      expect(patched).toBe(expected);
      report = next;
    }
    expect(documentText(report, OPTIONS)).not.toContain('outputs-rest');
  });
});
