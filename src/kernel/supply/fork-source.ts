/**
 * Kernels forked from parents that have the script's imports loaded. A run never waits for a parent: while its own is
 * being
 * made, it gets a kernel of the best there is.
 */
import { tryAdopt } from '../process/assign-to-run.ts';
import { createForkNursery } from './fork-server-pool.ts';
import { isDefaultPython } from '../process/kernelspec.ts';
import type { Workshop } from '../process/launch.ts';
import type { ParentBudget } from './memory-budget.ts';
import type { KernelSource } from './source.ts';

/** Kernels that are tried before the run gets one in another way. */
const TRIES = 5;

interface ForkOptions {
  readonly workshop: Workshop;
  readonly python: string;
  /** Kernels that wait without imports, and the bound for those with. */
  readonly poolSize: number;
  readonly budget: ParentBudget;
  onReady(): void;
}

export function forkSource({ poolSize, ...options }: ForkOptions): KernelSource {
  const nursery = createForkNursery({ ...options, maxWaiting: poolSize });
  nursery.ensure([]);
  return {
    async take({ request, spec }, signal) {
      if (!isDefaultPython(spec)) return undefined;
      const imports = request.imports ?? [];
      nursery.ensure(imports);
      for (let tries = 0; tries < TRIES; tries += 1) {
        const parent = nursery.best(imports);
        if (parent === undefined) return undefined;
        const taken = (await parent.isFresh()) ? await parent.take(signal).catch(() => undefined) : undefined;
        signal.throwIfAborted();
        if (taken === undefined) nursery.replace(parent);
        else if (await tryAdopt(options.workshop, taken.process, request))
          return { process: taken.process, supply: taken.waited ? 'prefork' : 'fork' };
      }
      return undefined;
    },
    prepare: (sets) => {
      for (const imports of sets) nursery.ensure(imports);
    },
    parents: () => Promise.all([...nursery.parents()].map((parent) => parent.status())),
    waiting: () => [...nursery.parents()].reduce((sum, parent) => sum + parent.waiting(), 0),
    describe: () => [
      ...[...nursery.refusals].map(([name, reason]) => ({ label: `Not loaded beforehand: ${name}`, value: reason })),
    ],
    close: () => nursery.close(),
  };
}
