/** One fork server with its waiting kernels, from its first import to its retirement. */
import { statSync } from 'node:fs';
import type { ForkServerStatus } from '../../domain/kernel/kernel.ts';
import { createAdaptivePool, type AdaptivePool, type Fork } from './adaptive-pool.ts';
import { startForkServerProcess, type ForkServerProcess } from './fork-server-process.ts';
import type { LaunchContext } from '../process/launch.ts';
import type { StartQuiet } from './start-quiet.ts';

export interface ForkServer extends AdaptivePool {
  /** What it was asked to import, sorted. */
  readonly wanted: readonly string[];
  /** Modules that it had loaded before it imported anything. */
  readonly had: readonly string[];
  /** What it has imported. */
  readonly imports: readonly string[];
  /** Settles when its process has exited; the kernels that it forked continue to live. */
  readonly gone: Promise<void>;
  /** False when packages were installed since, or the process has exited. */
  isFresh(): boolean;
  memoryBytes(): Promise<number>;
  status(): Promise<ForkServerStatus>;
}

export interface ForkServerOptions {
  readonly context: LaunchContext;
  readonly python: string;
  /** Limit of waiting kernels. */
  readonly maxWaiting: number;
  /** Number of kernels that wait regardless of demand. */
  readonly minWaiting: number;
  readonly quiet?: StartQuiet;
  onReady(): void;
  /** If aborted while it loads, the process is killed. */
  readonly signal: AbortSignal;
}

/** Modules that turned out to be unsafe to inherit, with the reason; shared by all fork servers of a supplier. */
export type Refusals = Map<string, string>;

/** Starts again without what must not be inherited. Rejects if the interpreter cannot do it at all. */
export async function createForkServer(
  options: ForkServerOptions,
  wanted: readonly string[],
  refusals: Refusals,
): Promise<ForkServer> {
  for (;;) {
    const server = await startForkServerProcess(
      options.context,
      options.python,
      wanted.filter((name) => !refusals.has(name)),
    );
    const stop = () => void server.close();
    options.signal.addEventListener('abort', stop, { once: true });
    try {
      const { had, imports, refused, folder } = await server.loaded;
      if (Object.keys(refused).length === 0)
        return toForkServer(options, { wanted, had, imports, folder, server, installedMs: modifiedMs(folder) });
      for (const [name, reason] of Object.entries(refused)) refusals.set(name, reason);
    } catch (error) {
      await server.close();
      throw error;
    } finally {
      options.signal.removeEventListener('abort', stop);
    }
    await server.close();
  }
}

interface Loaded {
  readonly wanted: readonly string[];
  readonly had: readonly string[];
  readonly imports: readonly string[];
  readonly folder: string;
  readonly server: ForkServerProcess;
  readonly installedMs: number;
}

function toForkServer(
  { maxWaiting, minWaiting, quiet, onReady }: ForkServerOptions,
  { wanted, had, imports, folder, server, installedMs }: Loaded,
): ForkServer {
  const startedAtMs = performance.now();
  let alive = true;
  void server.gone.then(() => {
    alive = false;
  });
  const fork: Fork = async (signal, request) =>
    server.fork(signal, request).catch((error: unknown) => {
      // of one that waits it is known whether the run or the process is to blame
      if (request === undefined || signal.aborted) throw error;
      return server.fork(signal);
    });
  const pool = createAdaptivePool(fork, { minWaiting, maxWaiting, quiet, onReady });
  return {
    wanted,
    had,
    imports,
    gone: server.gone,
    ...pool,
    isFresh: () => alive && modifiedMs(folder) === installedMs,
    memoryBytes: () => server.memoryBytes(),
    status: async () => ({
      imports,
      waiting: pool.waiting(),
      memoryBytes: await server.memoryBytes(),
      ageMs: performance.now() - startedAtMs,
    }),
    async close() {
      await pool.close();
      await server.close();
    },
  };
}

/** At once: a click waits for it, and another thread would take longer than the call. */
function modifiedMs(folder: string): number {
  try {
    return statSync(folder).mtimeMs;
  } catch {
    return 0;
  }
}
