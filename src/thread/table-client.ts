/** Converts tables on threads of their own, a few at once: whatever a table contains, the server answers meanwhile. */
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { createDocumentLimit } from '../document/document-limit.ts';
import { AppError } from '../domain/error.ts';
import type { BlobPlace } from '../domain/run/blob.ts';
import type { TableConverter } from '../domain/run/table-converter.ts';
import type { RunTable, TableFormat } from '../domain/run/table.ts';
import type { TableAnswer, TableThreadData } from './table-message.ts';

const AT_ONCE = 3;
/** For the next bytes, and for the reader to take them. */
const STEP_MS = 60_000;
const TOTAL_MS = 900_000;
const MEMORY_MB = 600;

const ENTRY = join(
  dirname(import.meta.filename),
  import.meta.filename.endsWith('.ts') ? 'table-thread.ts' : 'table-thread.js',
);

export interface TableClient extends TableConverter {
  /** Ends all conversions. */
  close(): Promise<void>;
}

/** `blobs`: where the tables are stored. */
export function createTableClient(blobs: BlobPlace, { stepMs = STEP_MS, atOnce = AT_ONCE } = {}): TableClient {
  const limit = createDocumentLimit(atOnce);
  const workers = new Set<Worker>();

  async function* convert(table: RunTable, format: TableFormat, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const { hash, name } = table;
    const turn = Promise.withResolvers<void>();
    const done = Promise.withResolvers<void>();
    limit(signal, () => {
      turn.resolve();
      return done.promise;
    }).catch(turn.reject);
    try {
      await turn.promise;
      const worker = start({ blobs, hash, format, name });
      workers.add(worker);
      try {
        yield* bytesOf(worker, signal, stepMs);
      } finally {
        workers.delete(worker);
        await worker.terminate();
      }
    } finally {
      done.resolve();
    }
  }

  return {
    convert,
    async close() {
      await Promise.all([...workers].map((worker) => worker.terminate()));
    },
  };
}

function start(workerData: TableThreadData): Worker {
  const worker = new Worker(ENTRY, {
    name: 'table',
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
  });
  // the end of the thread is noticed where its answer is waited for
  worker.on('error', () => undefined);
  return worker;
}

/** A reader that takes nothing for too long is cut off, so that the turn is another's. */
async function* bytesOf(worker: Worker, signal: AbortSignal, stepMs: number): AsyncGenerator<Uint8Array> {
  const total = setTimeout(() => void worker.terminate(), TOTAL_MS);
  const abort = () => void worker.terminate();
  signal.addEventListener('abort', abort, { once: true });
  try {
    for (;;) {
      const answer = await ask(worker, stepMs);
      if (answer.type === 'end') return;
      if (answer.type === 'gone') throw new AppError('gone', 'The bytes of this table were deleted.');
      if (answer.type === 'refused') throw new AppError('invalid', `This table cannot be converted: ${answer.why}.`);
      const stalled = setTimeout(() => void worker.terminate(), stepMs);
      try {
        yield answer.bytes;
      } finally {
        clearTimeout(stalled);
      }
    }
  } finally {
    clearTimeout(total);
    signal.removeEventListener('abort', abort);
  }
}

async function ask(worker: Worker, stepMs: number): Promise<TableAnswer> {
  const over = new AbortController();
  const clock = setTimeout(() => over.abort(), stepMs);
  const end = () => over.abort();
  worker.on('exit', end);
  // a thread that has ended already says so no more
  if (worker.threadId === -1) over.abort();
  try {
    const answered = once(worker, 'message', { signal: over.signal });
    worker.postMessage('next');
    const [answer] = (await answered) as [TableAnswer];
    return answer;
  } catch (error) {
    throw new AppError('unavailable', 'The table takes too long or too much memory to convert.', {
      retryAfterS: 60,
      cause: error,
    });
  } finally {
    clearTimeout(clock);
    worker.off('exit', end);
  }
}
