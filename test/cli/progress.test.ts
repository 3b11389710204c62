import { describe, expect, it } from 'vitest';
import { createProgress } from '../../src/cli/progress.ts';
import type { RunEvent } from '../../src/domain/run/run-event.ts';

const EVENTS: readonly RunEvent[] = [
  { type: 'run-started', attempt: 1, worker: 'w', cells: 2 },
  { type: 'cell-started', cell: 1 },
  { type: 'cell-finished', cell: 1, status: 'ok', ms: 12 },
  { type: 'progress', fraction: 0.5, text: 'half' },
  { type: 'cell-started', cell: 3 },
  { type: 'cell-finished', cell: 3, status: 'error', ms: 3 },
  { type: 'run-finished', outcome: { type: 'failed', exception: { name: 'ValueError', value: 'no' } } },
];

function shown(screen: { isTTY?: boolean; columns?: number }, events = EVENTS): string {
  let text = '';
  const progress = createProgress({
    ...screen,
    write: (part) => {
      text += part;
    },
  });
  for (const event of events) progress.show(event);
  return text;
}

describe('progress', () => {
  it('is plain lines where nobody watches', () => {
    expect(shown({}).split('\n')).toEqual([
      'Starting …',
      'Step 1 of 2: ok, 12 ms',
      '50 % half',
      'Step 2 of 2: error, 3 ms',
      expect.stringContaining('no'),
      '',
    ]);
  });

  it('counts the steps of the author, not the cell that carries the values', () => {
    expect(
      shown({}, [
        {
          type: 'run-started',
          attempt: 1,
          worker: 'w',
          cells: 2,
          injected: { at: 0, source: 'n = 1', replaces: false },
        },
        { type: 'cell-finished', cell: 0, status: 'ok', ms: 1, injected: true },
        { type: 'cell-finished', cell: 1, status: 'ok', ms: 2 },
      ]),
    ).toBe('Starting …\nStep 1 of 1: ok, 2 ms\n');
  });

  it('is one changing line on a terminal, no wider than it, and the end stays', () => {
    const text = shown({ isTTY: true, columns: 8 });
    expect(text).toContain('\r\u001b[2KStep 1 \r');
    expect(text.endsWith('\n')).toBe(true);
    expect(text.match(/\n/g)).toHaveLength(1);
  });
});
