/** The requests of a run's cells, one after the other; those behind cells that make no files are sent ahead. */
import type { ExecuteOptions, ExecuteReply, Kernel } from '../domain/kernel/kernel.ts';
import type { Cell } from '../domain/notebook/notebook.ts';

/** Number of requests that wait in the kernel. */
const MOST_AHEAD = 8;
/** In place of a cell: before all of them. */
const BEFORE = -1;

export interface CellRequest {
  readonly reply: Promise<ExecuteReply>;
  readonly clock: CellClock;
}

export interface CellRequests {
  /**
   * Sends the first cell that its kernel has not executed while it took the run; its messages are delivered once it has
   * begun here. Does nothing where no kernel has taken a run in this way.
   */
  sendFirst(): void;
  /** Executes the cell, or delivers what it has shown since it was sent. The reply is as that of `Kernel.execute`. */
  begin(cell: number): CellRequest;
  /** Whether a cell was sent that has not begun here: the kernel may be busy with it. */
  areAhead(): boolean;
}

export interface CellClock {
  /** Starts it, if it does not run. */
  begin(): void;
  /** There is new output. */
  refresh(): void;
  stop(): void;
  /** Milliseconds since it has started. */
  passedMs(): number;
}

export interface RequestOptions {
  readonly kernel: Pick<Kernel, 'execute' | 'executeAfter' | 'executed' | 'sentFirst'>;
  readonly cells: readonly Cell[];
  /** Whether the cell makes no files: what those behind it make is looked for after them. */
  isPlain(cell: number): boolean;
  /** Whether the cell is executed, and by a request of this run. */
  isSent(cell: number): boolean;
  clockOf(cell: number): CellClock;
  onMessageOf(cell: number, clock: CellClock): ExecuteOptions['onMessage'];
  /** Nothing is sent behind the cell that was sent last. Called once. */
  onLast(): void;
}

export function createRequests(options: RequestOptions): CellRequests {
  const { kernel, cells } = options;
  const ahead = new Map<number, CellRequest & { open(): void }>();
  let isLastSent = false;
  const nextOf = (cell: number) => cells.findIndex((_, index) => index > cell && options.isSent(index));

  function send(cell: number): CellRequest {
    const clock = options.clockOf(cell);
    clock.begin();
    const onMessage = options.onMessageOf(cell, clock);
    return { clock, reply: kernel.execute(cells[cell]!.source, { onMessage }) };
  }

  /** An error ends the run, unless the author expects it: then what is behind it is not sent before it has ended. */
  function mayFollow(cell: number): boolean {
    return options.isPlain(cell) && !cells[cell]!.tags.includes('raises-exception');
  }

  /** Sends the cell behind this one; returns which it was, undefined if there is none. */
  function sendNext(cell: number): number | undefined {
    const next = nextOf(cell);
    if (kernel.executeAfter === undefined || next < 0 || !cells[next]!.source.isWellFormed()) return undefined;
    const clock = options.clockOf(next);
    const listener = { onMessage: options.onMessageOf(next, clock), onBegin: clock.begin };
    const sent = cell === BEFORE && kernel.sentFirst?.cell === next ? kernel.sentFirst.claim(listener) : undefined;
    ahead.set(next, { ...(sent ?? kernel.executeAfter(cells[next]!.source, listener)), clock });
    return next;
  }

  function sendBehind(first: number): void {
    let cell = first;
    while (mayFollow(cell) && ahead.size < MOST_AHEAD) {
      const next = sendNext(cell);
      if (next === undefined) break;
      cell = next;
    }
    if (isLastSent || nextOf(cell) >= 0) return;
    isLastSent = true;
    options.onLast();
  }

  return {
    sendFirst() {
      if (kernel.executed !== undefined) sendNext(BEFORE);
    },
    begin(cell) {
      const sent = ahead.get(cell);
      ahead.delete(cell);
      const request = sent ?? send(cell);
      sent?.open();
      if (ahead.size === 0) sendBehind(cell);
      return request;
    },
    areAhead: () => ahead.size > 0,
  };
}
