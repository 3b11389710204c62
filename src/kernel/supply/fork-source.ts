/**
 * Kernels forked from servers that have loaded the script's imports. A run never waits for a fork server: while its own
 * is being made, it gets a kernel of the best available one.
 */
import { tryAssignToRun } from '../process/assign-to-run.ts';
import { createForkServerPool } from './fork-server-pool.ts';
import { isDefaultPython } from '../process/kernelspec.ts';
import type { LaunchContext } from '../process/launch.ts';
import type { MemoryBudget } from './memory-budget.ts';
import type { KernelSource } from './source.ts';
import type { StartQuiet } from './start-quiet.ts';

/** Number of kernels that are tried before the run gets one in another way. */
const TRIES = 5;

export interface ForkOptions {
  readonly context: LaunchContext;
  readonly python: string;
  /** Number of kernels that wait without imports, and the limit for those with imports. */
  readonly poolSize: number;
  readonly budget: MemoryBudget;
  readonly quiet?: StartQuiet;
  /** Whether the server without imports stays, regardless of its cost; default true. */
  readonly isKept?: boolean;
  onReady(): void;
  /** A run that was expected has a kernel: `isHit`, one that waited with all its imports. */
  onExpected?(isHit: boolean): void;
}

export function forkSource({ poolSize, ...options }: ForkOptions): KernelSource {
  const forkServers = createForkServerPool({ ...options, maxWaiting: poolSize });
  forkServers.ensure([]);
  return {
    async take({ request, spec }, signal) {
      if (!isDefaultPython(spec, options.python)) return undefined;
      const imports = request.imports ?? [];
      forkServers.ensure(imports);
      for (let tries = 0; tries < TRIES; tries += 1) {
        const server = forkServers.best(imports);
        if (server === undefined) return undefined;
        const taken = server.isFresh() ? await server.take(signal, request).catch(() => undefined) : undefined;
        signal.throwIfAborted();
        if (taken === undefined) forkServers.replace(server);
        else if (await tryAssignToRun(options.context, taken.process, request)) {
          if (forkServers.isExpected(imports))
            options.onExpected?.(taken.waited && forkServers.hasAll(server, imports));
          return { process: taken.process, supply: taken.waited ? 'prefork' : 'fork' };
        }
      }
      return undefined;
    },
    prepare: (sets) => {
      for (const imports of sets) forkServers.ensure(imports);
    },
    expect: (needs) =>
      forkServers.expect(needs.filter(({ python, prefix }) => python === undefined && prefix === undefined)),
    expectedWaiting: () =>
      [...forkServers.servers()].reduce((sum, server) => sum + (server.isExpected() ? server.waiting() : 0), 0),
    parents: () => Promise.all([...forkServers.servers()].map((server) => server.status())),
    waiting: () => [...forkServers.servers()].reduce((sum, server) => sum + server.waiting(), 0),
    describe: () => [
      ...[...forkServers.refusals].map(([name, reason]) => ({
        label: `Not loaded beforehand: ${name}`,
        value: reason,
      })),
    ],
    close: () => forkServers.close(),
  };
}
