import { expect, it } from 'vitest';
import type { ExecuteReply, Kernel, RecordedCell } from '../../src/domain/kernel/kernel.ts';
import type { Cell } from '../../src/domain/notebook/notebook.ts';
import { createRequests } from '../../src/worker/run-request.ts';

const codeCell = (source: string, tags: readonly string[] = []): Cell =>
  ({ type: 'code', source, tags, id: source, metadata: {} }) as unknown as Cell;

/** What reaches a kernel, of cells whose names begin with "plain" if they are plain; those named "-" are not sent. */
function requestsOf(cells: readonly Cell[], canAhead = true, executed?: Kernel['executed'], sentCell?: number) {
  const sent: string[] = [];
  const reply = Promise.resolve<ExecuteReply>({ status: 'ok' });
  const requests = createRequests({
    cells,
    kernel: {
      ...(executed && { executed }),
      ...(sentCell !== undefined && {
        sentFirst: {
          cell: sentCell,
          begin: () => undefined,
          claim() {
            sent.push('claimed');
            return { reply, open: () => void sent.push('open the claimed one') };
          },
        },
      }),
      execute(code) {
        sent.push(code);
        return reply;
      },
      ...(canAhead && {
        executeAfter(code: string) {
          sent.push(`ahead ${code}`);
          return { reply, open: () => void sent.push(`open ${code}`) };
        },
      }),
    },
    isPlain: (cell) => cells[cell]!.source.startsWith('plain'),
    isSent: (cell) => cells[cell]!.source !== '-' && executed?.has(cell) !== true,
    clockOf: () => ({ begin: () => undefined, refresh: () => undefined, stop: () => undefined, passedMs: () => 0 }),
    onMessageOf: () => () => undefined,
    onLast: () => void sent.push('last'),
  });
  return { sent, requests };
}

it('sends what is behind plain cells at once, up to the first that is none', () => {
  const cells = ['plain a', '-', 'plain b', 'c', 'd'].map((source) => codeCell(source));
  const { sent, requests } = requestsOf(cells);
  requests.begin(0);
  expect(sent.splice(0)).toEqual(['plain a', 'ahead plain b', 'ahead c']);
  expect(requests.areAhead()).toBe(true);
  requests.begin(2);
  requests.begin(3);
  expect(requests.areAhead()).toBe(false);
  requests.begin(4);
  expect(sent).toEqual(['open plain b', 'open c', 'd', 'last']);
});

it('sends a bounded number, then further ones', () => {
  const { sent, requests } = requestsOf(Array.from({ length: 20 }, (_, index) => codeCell(`plain ${index}`)));
  requests.begin(0);
  expect(sent.splice(0)).toHaveLength(9);
  for (let cell = 1; cell <= 8; cell += 1) requests.begin(cell);
  expect(sent.filter((one) => one.startsWith('ahead'))[0]).toBe('ahead plain 9');
});

it.each([
  ['a cell that may raise', [codeCell('plain a', ['raises-exception']), codeCell('b')]],
  ['a cell that shows something', [codeCell('a'), codeCell('b')]],
  ['source that cannot be encoded', [codeCell('plain a'), codeCell('"\ud800"')]],
])('sends one after the other: %s', (_, cells) => {
  const { sent, requests } = requestsOf(cells);
  requests.begin(0);
  expect(sent).toEqual([cells[0]!.source]);
});

it('sends one after the other to a kernel that cannot drop what was sent ahead', () => {
  const { sent, requests } = requestsOf([codeCell('plain a'), codeCell('b')], false);
  requests.begin(0);
  requests.begin(1);
  expect(sent).toEqual(['plain a', 'b', 'last']);
});

it('sends the first cell that a kernel has not executed as soon as it may, and what is behind it later', () => {
  const cells = ['plain a', 'b', 'c'].map((source) => codeCell(source));
  const done: RecordedCell = { status: 'ok', messages: [], executionCount: 1, ms: 0 };
  const { sent, requests } = requestsOf(cells, true, new Map([[0, done]]));
  requests.sendFirst();
  expect(sent.splice(0)).toEqual(['ahead b']);
  expect(requests.areAhead()).toBe(true);
  requests.begin(1);
  requests.begin(2);
  expect(sent).toEqual(['open b', 'c', 'last']);
  const other = requestsOf(cells);
  other.requests.sendFirst();
  expect(other.sent).toEqual([]);
});

it.each([
  ['claims the first request, where the kernel has executed all cells before it', [0, 1], ['claimed'], 2],
  ['sends another one, where it has executed fewer', [0], ['ahead plain b'], 1],
])('%s', (_, done, expected, next) => {
  const cells = ['plain a', 'plain b', 'c'].map((source) => codeCell(source));
  const executed = new Map(
    done.map((cell) => [cell, { status: 'ok', messages: [], executionCount: 1, ms: 0 } as RecordedCell]),
  );
  const { sent, requests } = requestsOf(cells, true, executed, 2);
  requests.sendFirst();
  expect(sent.splice(0)).toEqual(expected);
  requests.begin(next);
  expect(sent[0]).toBe(next === 2 ? 'open the claimed one' : 'open plain b');
  expect(sent).not.toContain('claimed');
});
