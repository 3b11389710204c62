/** Runs an outside program in a process group of its own, within bounds of time and memory; nothing of it remains. */
import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { killGroup } from '../system/process-kill.ts';
import { readTail } from '../system/text-tail.ts';
import { watchMemory } from './program-memory.ts';

export interface ProgramUser {
  readonly uid: number;
  readonly gid: number;
}

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  /** Its working folder, home and place for temporary files. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdio: StdioOptions;
  readonly user?: ProgramUser;
}

export interface ProgramLimits {
  readonly timeMs: number;
  /** Of all its processes together. Checked on Linux. */
  readonly memoryBytes: number;
  readonly signal: AbortSignal;
}

export type ProgramProblem = 'start' | 'failed' | 'time' | 'memory';

/** Why a program did not do its work; `message` has the end of what it said. */
export class ProgramError extends Error {
  readonly problem: ProgramProblem;
  constructor(problem: ProgramProblem, message: string) {
    super(message);
    this.problem = problem;
  }
}

/** The user of programs that root should not run, or that refuse to run as root; undefined if this process is not. */
export function unprivilegedUser(): ProgramUser | undefined {
  return process.getuid?.() === 0 ? NOBODY : undefined;
}

const NOBODY: ProgramUser = { uid: 65534, gid: 65534 };

/**
 * Starts the program and settles as `use` does; by then the program and everything that it started have ended. Rejects
 * with a `ProgramError` as soon as it cannot be started or exceeds a bound, and with the reason of an abort.
 */
export async function withProgram<T>(
  program: Program,
  { timeMs, memoryBytes, signal }: ProgramLimits,
  use: (child: ChildProcess) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const { command, args, folder, environment, stdio, user } = program;
  const stopped = Promise.withResolvers<never>();
  stopped.promise.catch(() => undefined);
  const child = spawn(command, args, {
    cwd: folder,
    env: { LANG: 'C.UTF-8', ...environment, HOME: folder, TMPDIR: folder },
    stdio,
    detached: true,
    ...user,
  });
  const closed = new Promise<void>((resolve) => void child.once('close', () => resolve()));
  child.once('error', (error) => stopped.reject(new ProgramError('start', error.message)));
  const timer = setTimeout(() => stopped.reject(new ProgramError('time', 'It takes too long.')), timeMs);
  const watch = watchMemory(child.pid, memoryBytes, () =>
    stopped.reject(new ProgramError('memory', 'It needs too much memory.')),
  );
  const abort = () => stopped.reject(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([use(child), stopped.promise]);
  } finally {
    clearTimeout(timer);
    watch.stop();
    signal.removeEventListener('abort', abort);
    if (child.pid !== undefined) killGroup(child.pid);
    await closed;
  }
}

/** Settles with what the stream delivers; rejects with a `ProgramError` if that is more than `most` bytes. */
export async function readAll(stream: AsyncIterable<Uint8Array>, most: number): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of stream) {
    bytes += piece.byteLength;
    if (bytes > most) throw new ProgramError('memory', 'It writes too much.');
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** Returns a function that returns the end of what the program has written to its standard error. */
export function errorTailOf({ stderr }: ChildProcess): () => string {
  const tail = readTail(stderr!, TAIL_CHARS);
  return () => tail().trim();
}

const TAIL_CHARS = 2_000;

/** Settles with the exit code; null if a signal ended it. */
export function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => void child.once('close', resolve));
}
