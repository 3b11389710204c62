/** A Python process that has imported packages and forks kernels: `python/script_runner_kernel/fork/fork_server.py`. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { defined } from '../../domain/defined.ts';
import { AppError } from '../../domain/error.ts';
import type { KernelRequest } from '../../domain/kernel/kernel.ts';
import type { JsonObject } from '../../domain/text/json.ts';
import { baseEnvironment } from '../process/environment.ts';
import { forkKernel } from './fork-kernel.ts';
import type { KernelProcess } from '../process/kernel-process.ts';
import type { LaunchContext } from '../process/launch.ts';
import { readTail } from '../../system/text-tail.ts';
import { memoryOf } from '../../system/proc.ts';
import { killProcess } from '../../system/process-kill.ts';
import { RUNTIME_VARIABLE } from '../sandbox/runtime-directory.ts';

const PROGRAM = fileURLToPath(new URL('../../../python/script_runner_kernel/fork/fork_server.py', import.meta.url));
/**
 * Threads of numeric libraries do not survive a fork; kernels start theirs again. A thread of OpenBLAS that has nothing
 * to do keeps a processor busy for 2^28 cycles by default, a tenth of a second of each start; here for half a
 * millisecond, so that products which follow one another are as quick as before.
 */
export const NUMERIC_THREADS = {
  ...Object.fromEntries(
    [
      'OPENBLAS_NUM_THREADS',
      'OMP_NUM_THREADS',
      'MKL_NUM_THREADS',
      'BLIS_NUM_THREADS',
      'VECLIB_MAXIMUM_THREADS',
      'NUMEXPR_MAX_THREADS',
    ].map((name) => [name, '1']),
  ),
  OPENBLAS_THREAD_TIMEOUT: '20',
};

export interface Loaded {
  /** Modules that every kernel has, whatever it imports. */
  readonly had: readonly string[];
  readonly imports: readonly string[];
  /** Modules that must not be inherited, with the reason; a server that reports any is unusable. */
  readonly refused: Readonly<Record<string, string>>;
  /** Where packages are installed: its modification time changes with every installation. */
  readonly folder: string;
}

export interface ForkServerProcess {
  /** Settles when the imports are done; rejects if the process ended first. */
  readonly loaded: Promise<Loaded>;
  /** Settles when the process has exited. */
  readonly gone: Promise<void>;
  /** A kernel that waits, or one that has this run already. Throws as `forkKernel`. */
  fork(signal: AbortSignal, request?: KernelRequest): Promise<KernelProcess>;
  /** Its current share of memory (PSS), 0 if unknown. */
  memoryBytes(): Promise<number>;
  /** Ends the process; its kernels continue to live. */
  close(): Promise<void>;
}

export async function startForkServerProcess(
  context: LaunchContext,
  python: string,
  imports: readonly string[],
): Promise<ForkServerProcess> {
  const home = await context.runtime.next();
  const mark = { [RUNTIME_VARIABLE]: context.runtime.path };
  const env = {
    ...baseEnvironment(context.environment, join(home, 'home'), join(home, 'tmp')),
    ...NUMERIC_THREADS,
    ...mark,
  };
  const child = spawn(python, [PROGRAM, JSON.stringify({ imports })], {
    stdio: 'pipe',
    detached: true,
    env,
    cwd: home,
  });
  child.stdin.on('error', () => undefined);
  const complaint = readTail(child.stderr);
  // Not `close`: the supervisors of living kernels hold its error stream.
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve()).once('error', () => resolve());
  });
  const ended = gone.then((): never => {
    throw new AppError('unavailable', `The fork server ended.\n${complaint()}`);
  });
  const loaded = Promise.race([readLoaded(child), ended]);
  for (const promise of [loaded, ended]) promise.catch(() => undefined);

  let info: JsonObject | undefined;

  return {
    loaded,
    gone,
    async fork(signal, request) {
      const process = await forkKernel(
        context,
        {
          ...defined({ info }),
          python,
          awaitsFolders: true,
          ended,
          complaint,
          fork: ({ socket, plan }) => {
            child.stdin.write(`${JSON.stringify({ do: 'fork', socket, plan })}\n`);
          },
          destroy: (pid) => {
            if (pid > 0) killProcess(pid);
          },
        },
        signal,
        request,
      );
      // all its kernels would say the same
      if (process.client.hasWelcomed()) info = process.info;
      return process;
    },
    memoryBytes: () => memoryOf(child.pid ?? 0),
    async close() {
      child.kill('SIGKILL');
      await gone;
      await context.runtime.remove(home);
    },
  };
}

function readLoaded(child: ChildProcessWithoutNullStreams): Promise<Loaded> {
  return new Promise((resolve) => {
    createInterface({ input: child.stdout }).once('line', (line) => resolve(JSON.parse(line) as Loaded));
  });
}
