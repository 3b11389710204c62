/** Kernels that have run the first cells of their script already. */
import { adopt } from '../process/assign-to-run.ts';
import { isDefaultPython } from '../process/kernelspec.ts';
import type { Workshop } from '../process/launch.ts';
import type { SnapshotShelf } from './snapshot-cache.ts';
import type { KernelSource } from '../supply/source.ts';

export function snapshotSource(workshop: Workshop, shelf: SnapshotShelf): KernelSource {
  return {
    async take({ request, spec }, signal) {
      if (request.prefix === undefined || !isDefaultPython(spec)) return undefined;
      const { plan, fingerprint } = request.prefix;
      const found = await shelf.find(plan, fingerprint);
      if (found === undefined) return undefined;
      try {
        const { process } = await found.brood.take(signal);
        await adopt(workshop, process, request);
        return {
          process,
          supply: 'snapshot',
          snapshot: { takenAtMs: found.snapshot.takenAtMs, cells: found.snapshot.cells },
        };
      } catch (error) {
        signal.throwIfAborted();
        shelf.drop(plan.script, error instanceof Error ? error.message : String(error));
        return undefined;
      }
    },
    pids: shelf.pids,
    parents: () => shelf.parents(),
    waiting: () => shelf.waiting(),
    describe: () => [],
    close: () => shelf.close(),
  };
}
