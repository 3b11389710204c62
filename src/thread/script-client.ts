/** Reads large notebooks on a separate thread, which lives while there are any to read. */
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { problemError } from '../domain/problem.ts';
import type { ScriptParser } from '../files/script-memory.ts';
import type { ParsedScript } from '../files/script-parse.ts';
import { receivedError } from './report-message.ts';
import type { ScriptAnswer, ScriptQuestion } from './script-message.ts';

/** Limit for one notebook; each waiting one has the same. */
const LIMIT_MS = 20_000;
const IDLE_MS = 10_000;
const MEMORY_MB = 1024;

// The build also puts both files side by side.
const ENTRY = join(
  dirname(import.meta.filename),
  import.meta.filename.endsWith('.ts') ? 'script-thread.ts' : 'script-thread.js',
);

export interface ScriptClient {
  readonly parse: ScriptParser;
  close(): Promise<void>;
}

/** One file at a time. */
export function createScriptClient(limitMs = LIMIT_MS): ScriptClient {
  let worker: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let calls = 0;

  async function end(): Promise<void> {
    const ending = worker;
    worker = undefined;
    await ending?.terminate();
  }

  async function ask(question: Omit<ScriptQuestion, 'call'>): Promise<ParsedScript> {
    clearTimeout(idle);
    worker ??= start();
    const asked = worker;
    try {
      const answer = await answerOf(asked, { call: (calls += 1), ...question }, limitMs);
      idle = setTimeout(() => void end(), IDLE_MS).unref();
      return readAnswer(answer);
    } catch (error) {
      if (asked === worker && error instanceof BrokenOff) await end();
      throw error instanceof BrokenOff ? tooMuch() : error;
    }
  }

  return {
    parse(name, source, sidecar) {
      const answer = last.catch(() => undefined).then(() => ask({ name, source, sidecar }));
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

function start(): Worker {
  const worker = new Worker(ENTRY, { name: 'scripts', resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB } });
  // one that arrives after an answer belongs to nobody
  worker.on('error', () => undefined);
  worker.unref();
  return worker;
}

/** The thread did not answer. */
class BrokenOff extends Error {}

function answerOf(worker: Worker, question: ScriptQuestion, limitMs: number): Promise<ScriptAnswer> {
  return new Promise((resolve, reject) => {
    const clock = setTimeout(() => settle(() => reject(new BrokenOff())), limitMs);
    const onMessage = (answer: ScriptAnswer) => settle(() => resolve(answer));
    const onEnd = () => settle(() => reject(new BrokenOff()));
    const settle = (how: () => void) => {
      clearTimeout(clock);
      worker.off('message', onMessage).off('error', onEnd).off('exit', onEnd);
      how();
    };
    worker.on('message', onMessage).on('error', onEnd).on('exit', onEnd);
    worker.postMessage(question);
  });
}

function readAnswer({ parsed, hints = [], error }: ScriptAnswer): ParsedScript {
  if (error?.problem !== undefined) throw problemError(error.problem);
  if (error !== undefined) throw receivedError(error);
  const { script, notebook } = parsed!;
  return { notebook, script: { ...script, hints: () => hints } };
}

function tooMuch(): Error {
  return problemError({
    what: 'The file takes too long or too much memory to read.',
    remedy: 'Clear the saved outputs in Jupyter (Edit, Clear Outputs of All Cells) and save, or make it smaller.',
  });
}
