/** Reads large notebooks on a separate thread. */
import { freeBytes } from '../disk/plain-file.ts';
import { problemError } from '../domain/problem.ts';
import type { ScriptParser } from '../files/script-memory.ts';
import type { ParsedScript } from '../files/script-parse.ts';
import { receivedError } from './report-message.ts';
import type { ScriptAnswer, ScriptQuestion } from './script-message.ts';
import { createThreadCalls, NoAnswer, wholeBuffers } from './thread-calls.ts';

/** Limit for one notebook. */
const LIMIT_MS = 20_000;
const IDLE_MS = 10_000;
const MEMORY_MB = 1024;

export interface ScriptClient {
  readonly parse: ScriptParser;
  close(): Promise<void>;
}

/** One file at a time. */
export function createScriptClient(limitMs = LIMIT_MS): ScriptClient {
  const calls = createThreadCalls<ScriptQuestion, ScriptAnswer>({
    file: 'script-thread',
    name: 'scripts',
    memoryMb: MEMORY_MB,
    idleMs: IDLE_MS,
    limitMs,
  });
  return {
    async parse(name, source, sidecar) {
      const answer = await calls.ask({ name, source, sidecar }, wholeBuffers(source)).catch((error: unknown) => {
        throw error instanceof NoAnswer ? tooMuch() : error;
      });
      return readAnswer(answer);
    },
    close: () => calls.close(),
  };
}

function readAnswer({ parsed, source, findings = [], error }: ScriptAnswer): ParsedScript {
  if (error !== undefined) freeBytes(source.bytes);
  if (error?.problem !== undefined) throw problemError(error.problem);
  if (error !== undefined) throw receivedError(error);
  const { script, notebook } = parsed!;
  return { source, notebook, script: { ...script, findings: () => findings } };
}

function tooMuch(): Error {
  return problemError({
    what: 'The file takes too long or too much memory to read.',
    remedy: 'Clear the saved outputs in Jupyter (Edit, Clear Outputs of All Cells) and save, or make it smaller.',
  });
}
