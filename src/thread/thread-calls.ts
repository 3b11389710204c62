/** Asks a separate thread one question at a time; the thread lives while there are any questions. */
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';

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
  /** Rejects with `NoAnswer`. What the question holds of other memory is copied. */
  ask(question: Question): Promise<Answer>;
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

  async function askNow(question: Question): Promise<Answer> {
    clearTimeout(idle);
    worker ??= start(options);
    const asked = worker;
    try {
      const answer = await answerOf<Answer>(asked, question, options.limitMs);
      idle = setTimeout(() => void end(), options.idleMs).unref();
      return answer;
    } catch (error) {
      if (asked === worker) await end();
      throw error;
    }
  }

  return {
    ask(question) {
      const answer = last.catch(() => undefined).then(() => askNow(question));
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

function answerOf<Answer>(worker: Worker, question: unknown, limitMs: number): Promise<Answer> {
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
    worker.postMessage(question);
  });
}
