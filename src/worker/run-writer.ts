/**
 * Writes a run's events to its log: at once if something new happens, gathered if something continues (a printing loop,
 * a progress bar), so that readers see it soon and the log stays short.
 */
import type { RunEvent } from '../domain/run/run-event.ts';
import type { RunContext } from './context.ts';
import type { ClaimedRun } from './run-plan.ts';

/** How long a continued stream is gathered, and its largest size. */
const GATHER_MS = 30;
/**
 * Events in quick succession are one transaction: each transaction waits for the disk, which blocks the whole server. A
 * run's first output is written at once, because somebody waits for it.
 */
const SOON_MS = 2;
/**
 * Until then, cells that show nothing begin and end: their commits would delay the first output, which takes what is
 * gathered with it.
 */
const AWAITED_MS = 20;
export const STREAM_EVENT_CHARS = 65_536;
/** If more than this is waiting, the kernel is paused. */
const WAITING_CHARS = 1_000_000;

export interface RunWriter {
  /**
   * Settles at once unless too much is waiting, or this is the first output. Never throws: the first failure goes to
   * `onFailure`, the rest is dropped.
   */
  write(event: RunEvent): Promise<void>;
  /** Settles when everything written is durable, or has failed. */
  flush(): Promise<void>;
  /** Writes the event, the last one, together with what waits. False: it is not written; see `write`. */
  finish(event: RunEvent): Promise<boolean>;
}

export function createRunWriter(
  ctx: Pick<RunContext, 'runs' | 'now'>,
  claim: ClaimedRun,
  onFailure: (error: unknown) => void,
): RunWriter {
  const waiting: RunEvent[] = [];
  let waitingChars = 0;
  let writing: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let timerMs = 0;
  /** The last written event may continue: its continuation can wait a moment. */
  let continued = false;
  let failed = false;
  let isAwaited = true;

  async function append(): Promise<void> {
    const events = waiting.splice(0);
    waitingChars = 0;
    continued = events.every(canContinue);
    isAwaited &&= !events.some(isOutput);
    await ctx.runs.append(claim.run.id, claim.attempt, events, ctx.now()).catch((error: unknown) => {
      failed = true;
      onFailure(error);
    });
  }

  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    writing ??= append().finally(() => {
      writing = undefined;
      schedule();
    });
    return writing;
  }

  function schedule(): void {
    if (waiting.length === 0 || failed) return;
    const canWait = continued && waiting.every(canContinue) && waitingChars < STREAM_EVENT_CHARS;
    const ms = canWait ? GATHER_MS : isAwaited && waiting.every(isOfCell) ? AWAITED_MS : SOON_MS;
    if (timer !== undefined && timerMs <= ms) return;
    clearTimeout(timer);
    timerMs = ms;
    timer = setTimeout(() => void flush(), ms);
  }

  return {
    async write(event) {
      if (failed) return;
      waitingChars += gather(waiting, event);
      if (waitingChars > WAITING_CHARS || (isAwaited && isOutput(event))) await flush();
      else schedule();
    },
    async flush() {
      await writing;
      while (waiting.length > 0 && !failed) await flush();
    },
    async finish(event) {
      while (writing !== undefined) await writing;
      if (failed) return false;
      waiting.push(event);
      await flush();
      return !failed;
    },
  };
}

const CONTINUED: ReadonlySet<RunEvent['type']> = new Set([
  'stream-appended',
  'progress',
  'output-updated',
  'widgets-changed',
  'result-published',
]);

function isOutput({ type }: RunEvent): boolean {
  return type === 'stream-appended' || type === 'output-added';
}

function isOfCell({ type }: RunEvent): boolean {
  return type === 'kernel-ready' || type === 'cell-started' || type === 'cell-finished';
}

function canContinue({ type }: RunEvent): boolean {
  return CONTINUED.has(type);
}

/**
 * Adds the event, or merges it into the last one, or replaces that; returns by how many characters the list grew,
 * approximately.
 */
function gather(waiting: RunEvent[], event: RunEvent): number {
  const last = waiting.at(-1);
  if (
    event.type === 'stream-appended' &&
    last?.type === 'stream-appended' &&
    last.cell === event.cell &&
    last.name === event.name &&
    last.widget === event.widget &&
    last.text.length + event.text.length <= STREAM_EVENT_CHARS
  ) {
    waiting[waiting.length - 1] = { ...last, text: last.text + event.text };
    return event.text.length;
  }
  if (last !== undefined && replaces(event, last)) waiting.pop();
  waiting.push(event);
  return charsOf(event);
}

/** Approximate; avoids stringifying long values again. */
function charsOf(event: RunEvent): number {
  if (event.type === 'stream-appended') return event.text.length;
  if (event.type !== 'output-added' || event.output.type !== 'error') return JSON.stringify(event).length;
  return event.output.traceback.reduce((sum, line) => sum + line.length, event.output.value.length + 100);
}

/** Whether nobody needs the earlier event once the later one exists. */
function replaces(event: RunEvent, last: RunEvent): boolean {
  switch (event.type) {
    case 'progress':
      return last.type === 'progress';
    case 'output-updated':
      return last.type === 'output-updated' && last.displayId === event.displayId;
    case 'result-published':
      return last.type === 'result-published' && last.name === event.name;
    default:
      return false;
  }
}
