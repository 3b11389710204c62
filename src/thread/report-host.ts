/** Starts the thread that makes reports, hears whether it still answers, and ends it when it does not. */
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { RunStore } from '../domain/run/run-store.ts';
import { type FromThread, MARK_BYTES, markedRun, type ReportThreadData, type ToThread } from './report-message.ts';
import { createSubscriptions } from './subscription.ts';

/** A busy thread that answers nothing for so long is ended: longer than one report may take to be drawn. */
const STUCK_MS = 20_000;
const PING_MS = 1000;
/** Beyond, the thread is ended, and the server goes on. */
const MEMORY_MB = 200;
/** A larger one is filled before it is cleared, and the server would take more for what is thrown away at once. */
const YOUNG_MB = 16;

// The build puts both files side by side, too.
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
  readonly onError: (error: unknown) => void;
  /** The thread has ended; `id`: the run that it was busy with, empty where it is not known. */
  readonly onEnd: (id: string) => void;
}

export interface ReportHost {
  send(message: ToThread): void;
  /** Settles when it has ended. */
  end(): Promise<void>;
}

export function startReportHost(options: ReportHostOptions, events: ReportHostEvents): ReportHost {
  const { directory, basePath, assetsDirectory, stuckMs = STUCK_MS } = options;
  const current = new SharedArrayBuffer(MARK_BYTES);
  const worker = new Worker(ENTRY, {
    name: 'reports',
    workerData: { directory, basePath, assetsDirectory, current } satisfies ReportThreadData,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB, maxYoungGenerationSizeMb: YOUNG_MB },
  });
  const send = (message: ToThread) => worker.postMessage(message);
  const subscriptions = createSubscriptions(options.runs, (id) => send({ type: 'wake', id }));
  let isReady = false;
  // Ticks, not time: where this thread itself was kept waiting, the other has not been asked meanwhile.
  let missed = 0;
  const tickMs = Math.min(PING_MS, stuckMs / 4);
  const clock = setInterval(() => {
    // a thread that starts is not stuck, however busy the machine is
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
