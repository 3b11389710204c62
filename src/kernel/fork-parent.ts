/** One fork server with its waiting kernels, from its first import to its retirement. */
import { stat } from 'node:fs/promises';
import type { KernelParent } from '../domain/kernel.ts';
import { startForkServer, type ForkServer } from './fork-server.ts';
import type { KernelProcess } from './kernel-process.ts';
import type { Workshop } from './launch.ts';
import { createPool, type Pool } from './pool.ts';

/** A parent with this many kernels taken within `RECENT_MS` keeps one waiting for each, up to the bound. */
const RECENT_MS = 20_000;
/** A parent that nobody used for this long keeps no kernel waiting. */
const IDLE_MS = 600_000;

export interface ForkParent {
  /** What it was asked to import, sorted. */
  readonly wanted: readonly string[];
  /** What it has imported. */
  readonly imports: readonly string[];
  usedAtMs(): number;
  /** Settles when its process is no more; the kernels that it forked live on. */
  readonly gone: Promise<void>;
  /** A waiting kernel or, where none waits, a new one. Rejects when it cannot fork: it is of no use any more then. */
  take(signal: AbortSignal): Promise<{ readonly process: KernelProcess; readonly supply: 'prefork' | 'fork' }>;
  /** False when packages were installed since, or the process is gone. */
  isFresh(): Promise<boolean>;
  /** Adapts the number of waiting kernels to the demand. */
  adapt(nowMs: number): void;
  residentBytes(): Promise<number>;
  waiting(): number;
  status(): Promise<KernelParent>;
  close(): Promise<void>;
}

export interface ParentOptions {
  readonly workshop: Workshop;
  readonly python: string;
  /** Bound on kernels that wait. */
  readonly maxWaiting: number;
  /** Kernels that wait whatever the demand. */
  readonly minWaiting: number;
  onReady(): void;
  /** Aborted while it loads, the process is killed. */
  readonly signal: AbortSignal;
}

/** Modules that turned out unsafe to inherit, with the reason; shared by all parents of a supplier. */
export type Refusals = Map<string, string>;

/** Starts again without what must not be inherited. Rejects when the interpreter cannot do it at all. */
export async function createForkParent(options: ParentOptions, wanted: readonly string[], refusals: Refusals): Promise<ForkParent> {
  for (;;) {
    const server = await startForkServer(options.workshop, options.python, wanted.filter((name) => !refusals.has(name)));
    const stop = () => void server.close();
    options.signal.addEventListener('abort', stop, { once: true });
    try {
      const { imports, refused, folder } = await server.loaded;
      if (Object.keys(refused).length === 0) return adopted(options, { wanted, imports, folder, server, installedMs: await modifiedMs(folder) });
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
  readonly imports: readonly string[];
  readonly folder: string;
  readonly server: ForkServer;
  readonly installedMs: number;
}

function adopted({ maxWaiting, minWaiting, onReady }: ParentOptions, { wanted, imports, folder, server, installedMs }: Loaded): ForkParent {
  const bornAtMs = performance.now();
  let alive = true;
  let usedAtMs = performance.now();
  let taken: number[] = [];
  void server.gone.then(() => { alive = false; });
  const pool: Pool = createPool(async (signal) => {
    const process = await server.fork(signal);
    onReady();
    return process;
  }, Math.min(maxWaiting, Math.max(minWaiting, 1)));

  function adapt(nowMs: number): void {
    taken = taken.filter((atMs) => nowMs - atMs < RECENT_MS);
    const idle = nowMs - usedAtMs > IDLE_MS;
    pool.resize(Math.min(maxWaiting, Math.max(minWaiting, idle ? 0 : 1, taken.length)));
  }

  return {
    wanted, imports, adapt, gone: server.gone,
    usedAtMs: () => usedAtMs,
    async take(signal) {
      usedAtMs = performance.now();
      taken.push(usedAtMs);
      adapt(usedAtMs);
      const waiting = pool.take();
      return waiting === undefined ? { process: await server.fork(signal), supply: 'fork' } : { process: waiting, supply: 'prefork' };
    },
    isFresh: async () => alive && (await modifiedMs(folder)) === installedMs,
    residentBytes: () => server.residentBytes(),
    waiting: () => pool.waiting(),
    status: async () => ({ imports, waiting: pool.waiting(), memoryBytes: await server.memoryBytes(), ageMs: performance.now() - bornAtMs }),
    async close() {
      await pool.close();
      await server.close();
    },
  };
}

async function modifiedMs(folder: string): Promise<number> {
  return (await stat(folder).catch(() => undefined))?.mtimeMs ?? 0;
}
