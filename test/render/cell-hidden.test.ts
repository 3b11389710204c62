/** What an author hides of a cell is left out, or folded until a reader opens it. */
import { parseHTML } from 'linkedom';
import { describe, expect, it } from 'vitest';
import { foldReport, startReport } from '../../src/domain/report/report-fold.ts';
import { renderDocument } from '../../src/render/document.ts';
import { log } from '../domain/event-log.ts';
import { cell, notebook } from '../domain/notebook.ts';
import { OPTIONS } from './options.ts';

/** The report of a cell with these tags that has printed to both streams and perhaps failed. */
function page(
  tags: readonly string[],
  { type = 'code', fails = false }: { type?: 'code' | 'markdown'; fails?: boolean } = {},
) {
  const start = startReport(notebook(cell(type, 'source', { tags: [...tags] })), { title: 'T', showCode: true });
  const report = foldReport(
    start,
    log([
      { type: 'stream-appended', cell: 0, name: 'stdout', text: 'out' },
      { type: 'stream-appended', cell: 0, name: 'stderr', text: 'err' },
      ...(fails
        ? ([
            { type: 'output-added', cell: 0, output: { type: 'error', name: 'E', value: 'why', traceback: [] } },
          ] as const)
        : []),
      {
        type: 'run-finished',
        outcome: fails ? { type: 'failed', cell: 0, exception: { name: 'E', value: 'why' } } : { type: 'succeeded' },
      },
    ]),
  );
  const { document } = parseHTML(renderDocument(report, OPTIONS));
  const part = (selector: string) => {
    const found = document.querySelector(selector);
    if (found === null) return 'removed';
    return found.closest('details.folded') === null ? 'shown' : 'folded';
  };
  return { part, end: document.querySelector('#report-end')?.textContent ?? '', document };
}

describe('of a cell with the tag', () => {
  it.each([
    ['none', 'shown', 'shown', 'shown'],
    ['hide-input', 'folded', 'shown', 'shown'],
    ['hide_output', 'shown', 'folded', 'folded'],
    ['hide-cell', 'folded', 'folded', 'folded'],
    ['remove-input', 'removed', 'shown', 'shown'],
    ['remove_output', 'shown', 'removed', 'removed'],
    ['remove-cell', 'removed', 'removed', 'removed'],
    ['remove-stdout', 'shown', 'removed', 'shown'],
    ['remove-stderr', 'shown', 'shown', 'removed'],
  ])('%s, the code is %s, the output %s, the messages %s', (tag, code, stdout, stderr) => {
    const { part } = page([tag]);
    expect([part('.code-block'), part('.stdout'), part('.stderr')]).toEqual([code, stdout, stderr]);
  });

  it.each([
    ['hide-input', 'folded'],
    ['remove-cell', 'removed'],
  ])('%s, a text is %s', (tag, expected) => {
    expect(page([tag], { type: 'markdown' }).part('.prose')).toBe(expected);
  });

  it.each(['hide-output', 'remove-output', 'remove-cell'])('%s, the end says why it failed', (tag) => {
    expect(page([tag], { fails: true }).end).toContain('E: why');
    expect(page([], { fails: true }).end).not.toContain('E: why');
  });
});

it('offers to show code only where there is some', () => {
  expect(page(['remove-input']).document.querySelector('#code-shown')).toBeNull();
  expect(page(['hide-input']).document.querySelector('#code-shown')).not.toBeNull();
});
