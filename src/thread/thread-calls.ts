/** Asks a separate thread one question at a time; the thread lives while there are any questions. */
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';

/** Smaller ones may share their buffer with others. */
const LARGE_BYTES = 1_000_000;

export interface ThreadOptions {
  /** Name of its file in this folder, without the extension. The build also puts all of them side by side. */
  readonly file: string;
  /** For debuggers. */
  readonly name: string;
  /**
   * For code that takes memory piece by piece: one call of the engine that needs more, as parsing JSON, ends the whole
   * process. Absent: no limit.
   */
  readonly memoryMb?: number;
  /** The thread ends, and returns its memory, after this time without questions. */
  readonly idleMs: number;
  /** Limit for one answer; each waiting question has the same. */
  readonly limitMs: number;
}

export interface ThreadCalls<Question, Answer> {
  /** Rejects with `NoAnswer`. `handOver`: buffers that are not copied, and are empty here from then on. */
  ask(question: Question, handOver?: readonly ArrayBuffer[]): Promise<Answer>;
  /** Settles when the thread has ended, after the questions that wait. */
  close(): Promise<void>;
}

/** The thread took too long or too much memory, and was ended. */
export class NoAnswer extends Error {}

export function createThreadCalls<Question, Answer>(options: ThreadOptions): ThreadCalls<Question, Answer> {
  let worker: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  let last: Promise<unknown> = Promise.resolve();

  async function end(): Promise<void> {
    const ending = worker;
    worker = undefined;
    await ending?.terminate();
  }

  async function askNow(question: Question, handOver: readonly ArrayBuffer[]): Promise<Answer> {
    clearTimeout(idle);
    worker ??= start(options);
    const asked = worker;
    try {
      const answer = await answerOf<Answer>(asked, { question, handOver }, options.limitMs);
      idle = setTimeout(() => void end(), options.idleMs).unref();
      return answer;
    } catch (error) {
      if (asked === worker) await end();
      throw error;
    }
  }

  return {
    ask(question, handOver = []) {
      const answer = last.catch(() => undefined).then(() => askNow(question, handOver));
      last = answer;
      return answer;
    },
    async close() {
      clearTimeout(idle);
      await last.catch(() => undefined);
      await end();
    },
  };
}

function start({ file, name, memoryMb }: ThreadOptions): Worker {
  const extension = import.meta.filename.endsWith('.ts') ? 'ts' : 'js';
  const worker = new Worker(join(dirname(import.meta.filename), `${file}.${extension}`), {
    name,
    ...(memoryMb === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: memoryMb } }),
  });
  // one that arrives after an answer belongs to nobody
  worker.on('error', () => undefined);
  worker.unref();
  return worker;
}

/** The memory of bytes that have a buffer of their own, to be handed over. */
export function wholeBuffers({ bytes }: { readonly bytes: Uint8Array }): ArrayBuffer[] {
  const { buffer } = bytes;
  return buffer instanceof ArrayBuffer && bytes.byteLength > LARGE_BYTES ? [buffer] : [];
}

interface Sent {
  readonly question: unknown;
  readonly handOver: readonly ArrayBuffer[];
}

function answerOf<Answer>(worker: Worker, { question, handOver }: Sent, limitMs: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const clock = setTimeout(() => settle(() => reject(new NoAnswer())), limitMs);
    const onMessage = (answer: Answer) => settle(() => resolve(answer));
    const onEnd = () => settle(() => reject(new NoAnswer()));
    const settle = (how: () => void) => {
      clearTimeout(clock);
      worker.off('message', onMessage).off('error', onEnd).off('exit', onEnd);
      how();
    };
    worker.on('message', onMessage).on('error', onEnd).on('exit', onEnd);
    worker.postMessage(question, handOver);
  });
}
