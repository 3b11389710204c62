/** Kernels that have already run the first cells of their script. */
import { defined } from '../../domain/defined.ts';
import { assignToRun } from '../process/assign-to-run.ts';
import type { KernelRequest } from '../../domain/kernel/kernel.ts';
import { isDefaultPython } from '../process/kernelspec.ts';
import type { LaunchContext } from '../process/launch.ts';
import type { SnapshotCache } from './snapshot-cache.ts';
import type { KernelSource } from '../supply/source.ts';

/** `onExpected`: a run that was expected has a kernel; whether it waited. */
export function snapshotSource(
  context: LaunchContext,
  snapshots: SnapshotCache,
  onExpected: (isHit: boolean) => void,
): KernelSource {
  return {
    async take({ request, spec }, signal) {
      if (request.prefix === undefined || !isDefaultPython(spec)) return undefined;
      const { plan, fingerprint } = request.prefix;
      const found = await snapshots.find(plan, fingerprint);
      if (found === undefined) return undefined;
      try {
        const { process, waited } = await found.pool.take(signal);
        await assignToRun(context, process, behindPrefix(request));
        if (found.pool.isExpected()) onExpected(waited);
        return {
          process,
          supply: 'snapshot',
          snapshot: { takenAtMs: found.snapshot.takenAtMs, cells: found.snapshot.cells },
        };
      } catch (error) {
        signal.throwIfAborted();
        snapshots.drop(plan.script, error instanceof Error ? error.message : String(error));
        return undefined;
      }
    },
    expect: (needs) =>
      snapshots.expect(needs.flatMap(({ prefix, kernels }) => (prefix === undefined ? [] : [{ prefix, kernels }]))),
    expectedWaiting: () => snapshots.expectedWaiting(),
    pids: snapshots.pids,
    parents: () => snapshots.parents(),
    waiting: () => snapshots.waiting(),
    describe: () => [],
    close: () => snapshots.close(),
  };
}

/** For a kernel that has executed the cells of the prefix. */
function behindPrefix({ firstCells: _cells, firstRequest: _first, ...request }: KernelRequest): KernelRequest {
  const { firstCells, firstRequest } = request.prefix ?? {};
  return { ...request, ...defined({ firstCells, firstRequest }) };
}
