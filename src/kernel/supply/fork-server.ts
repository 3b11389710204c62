/** One fork server with its waiting kernels, from its first import to its retirement. */
import { stat } from 'node:fs/promises';
import type { KernelParent } from '../../domain/kernel/kernel.ts';
import { createBrood, type Brood } from './adaptive-pool.ts';
import { startForkServer, type ForkServer } from './fork-server-process.ts';
import type { Workshop } from '../process/launch.ts';

export interface ForkParent extends Brood {
  /** What it was asked to import, sorted. */
  readonly wanted: readonly string[];
  /** Modules that it had before it imported anything. */
  readonly had: readonly string[];
  /** What it has imported. */
  readonly imports: readonly string[];
  /** Settles when its process is no more; the kernels that it forked live on. */
  readonly gone: Promise<void>;
  /** False when packages were installed since, or the process is gone. */
  isFresh(): Promise<boolean>;
  memoryBytes(): Promise<number>;
  status(): Promise<KernelParent>;
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
export async function createForkParent(
  options: ParentOptions,
  wanted: readonly string[],
  refusals: Refusals,
): Promise<ForkParent> {
  for (;;) {
    const server = await startForkServer(
      options.workshop,
      options.python,
      wanted.filter((name) => !refusals.has(name)),
    );
    const stop = () => void server.close();
    options.signal.addEventListener('abort', stop, { once: true });
    try {
      const { had, imports, refused, folder } = await server.loaded;
      if (Object.keys(refused).length === 0)
        return adopted(options, { wanted, had, imports, folder, server, installedMs: await modifiedMs(folder) });
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
  readonly server: ForkServer;
  readonly installedMs: number;
}

function adopted(
  { maxWaiting, minWaiting, onReady }: ParentOptions,
  { wanted, had, imports, folder, server, installedMs }: Loaded,
): ForkParent {
  const bornAtMs = performance.now();
  let alive = true;
  void server.gone.then(() => {
    alive = false;
  });
  const brood = createBrood((signal) => server.fork(signal), { minWaiting, maxWaiting, onReady });
  return {
    wanted,
    had,
    imports,
    gone: server.gone,
    ...brood,
    isFresh: async () => alive && (await modifiedMs(folder)) === installedMs,
    memoryBytes: () => server.memoryBytes(),
    status: async () => ({
      imports,
      waiting: brood.waiting(),
      memoryBytes: await server.memoryBytes(),
      ageMs: performance.now() - bornAtMs,
    }),
    async close() {
      await brood.close();
      await server.close();
    },
  };
}

async function modifiedMs(folder: string): Promise<number> {
  return (await stat(folder).catch(() => undefined))?.mtimeMs ?? 0;
}
