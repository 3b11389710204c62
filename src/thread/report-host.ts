/** Starts the rendering thread, checks that it still answers, and ends it when it does not. */
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { RunStore } from '../domain/run/run-store.ts';
import { type FromThread, MARK_BYTES, markedRun, type ReportThreadData, type ToThread } from './report-message.ts';
import { createSubscriptions } from './subscription.ts';

/** A busy thread that does not answer for this long is ended: longer than rendering one report may take. */
const STUCK_MS = 20_000;
const PING_MS = 1000;
/** After this time the thread is ended, and the server continues. */
const MEMORY_MB = 200;
/** A larger one is filled before it is cleared, and the server would use more memory for what is discarded at once. */
const YOUNG_MB = 16;

// The build also puts both files side by side.
const ENTRY = join(
  dirname(import.meta.filename),
  import.meta.filename.endsWith('.ts') ? 'report-thread.ts' : 'report-thread.js',
);

export interface ReportHostOptions extends Omit<ReportThreadData, 'current'> {
  readonly runs: Pick<RunStore, 'subscribe'>;
  /** For tests. */
  readonly stuckMs?: number;
}

export interface ReportHostEvents {
  /** True while somebody waits for an answer. */
  readonly isBusy: () => boolean;
  readonly onAnswer: (answer: Extract<FromThread, { type: 'answer' }>) => void;
  readonly onUnreadable: (problem: string) => void;
  readonly onError: (error: unknown) => void;
  /** The thread has ended; `id`: the run that it was working on, empty if unknown. */
  readonly onEnd: (id: string) => void;
}

export interface ReportHost {
  send(message: ToThread): void;
  /** Settles when it has ended. */
  end(): Promise<void>;
}

export function startReportHost(options: ReportHostOptions, events: ReportHostEvents): ReportHost {
  const { directory, database, blobs, basePath, assetsDirectory, stuckMs = STUCK_MS } = options;
  const current = new SharedArrayBuffer(MARK_BYTES);
  const worker = new Worker(ENTRY, {
    name: 'reports',
    workerData: { directory, database, blobs, basePath, assetsDirectory, current } satisfies ReportThreadData,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB, maxYoungGenerationSizeMb: YOUNG_MB },
  });
  const send = (message: ToThread) => worker.postMessage(message);
  const subscriptions = createSubscriptions(options.runs, (id) => send({ type: 'wake', id }));
  let isReady = false;
  // Ticks, not time: while this thread itself was blocked, the other was not asked.
  let missed = 0;
  const tickMs = Math.min(PING_MS, stuckMs / 4);
  const clock = setInterval(() => {
    // a starting thread is not stuck, however busy the machine is
    missed = isReady && events.isBusy() ? missed + 1 : 0;
    if (missed * tickMs > stuckMs) void worker.terminate();
    send({ type: 'ping' });
  }, tickMs);
  clock.unref();
  worker.on('message', (message: FromThread) => {
    missed = 0;
    if (message.type === 'answer') events.onAnswer(message);
    else if (message.type === 'subscribe') subscriptions.add(message.id);
    else if (message.type === 'unsubscribe') subscriptions.remove(message.id);
    else if (message.type === 'unreadable') events.onUnreadable(message.problem);
    else if (message.type === 'ready') isReady = true;
  });
  worker.on('error', events.onError);
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      clearInterval(clock);
      subscriptions.clear();
      resolve();
      events.onEnd(markedRun(current));
    });
  });
  return {
    send,
    end: async () => {
      await worker.terminate();
      await ended;
    },
  };
}
