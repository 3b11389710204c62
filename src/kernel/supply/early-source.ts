/** One kernel of the default Python that starts before its run is known: for a process that executes one run. */
import { tryAssignToRun } from '../process/assign-to-run.ts';
import { defaultPython, isDefaultPython } from '../process/kernelspec.ts';
import { launchKernel, type LaunchContext } from '../process/launch.ts';
import type { KernelSource } from './source.ts';

/** Starts it at once. */
export function earlySource(context: LaunchContext, python: string): KernelSource {
  const unwanted = new AbortController();
  const dismiss = () => unwanted.abort(new Error('not wanted'));
  const told = Promise.withResolvers<void>();
  let starting: ReturnType<typeof launchKernel> | undefined = launchKernel(
    context,
    defaultPython(python),
    { onTold: told.resolve },
    unwanted.signal,
  );
  // The cold start that follows reports why it failed.
  const started = starting.catch(() => undefined);

  return {
    begun: Promise.race([told.promise, started]),
    async take({ request, spec }, signal) {
      if (starting === undefined) return undefined;
      starting = undefined;
      if (!isDefaultPython(spec, python)) {
        dismiss();
        await started.then((process) => process?.kill());
        return undefined;
      }
      signal.addEventListener('abort', dismiss, { once: true });
      const process = await started;
      signal.removeEventListener('abort', dismiss);
      if (process === undefined || !(await tryAssignToRun(context, process, request))) return undefined;
      return { process, supply: 'cold' };
    },
    describe: () => [],
    async close() {
      dismiss();
      if (starting !== undefined) await started.then((process) => process?.kill());
    },
  };
}
