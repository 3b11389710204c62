/** Warm kernels of the default Python, started cold and waiting: used where forking is not possible. */
import { tryAssignToRun } from '../process/assign-to-run.ts';
import { isDefaultPython, type Kernelspec } from '../process/kernelspec.ts';
import { launchKernel, type LaunchContext } from '../process/launch.ts';
import { createPool } from './pool.ts';
import type { KernelSource } from './source.ts';

/** `onReady` is called whenever a kernel has answered. */
export function poolSource(context: LaunchContext, spec: Kernelspec, size: number, onReady: () => void): KernelSource {
  const pool = createPool(async (signal) => {
    const process = await launchKernel(context, spec, {}, signal);
    onReady();
    return process;
  }, size);
  return {
    async take(order) {
      if (!isDefaultPython(order.spec, spec.argv[0])) return undefined;
      for (let tries = 0; tries < size; tries += 1) {
        const process = pool.take();
        if (process === undefined) return undefined;
        if (await tryAssignToRun(context, process, order.request)) return { process, supply: 'pool' };
      }
      return undefined;
    },
    waiting: () => pool.waiting(),
    describe: () => [{ label: 'Kernels waiting', value: String(pool.waiting()) }],
    close: () => pool.close(),
  };
}
