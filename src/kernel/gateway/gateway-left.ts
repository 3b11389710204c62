/** Deletes the kernels that killed servers have left on the gateway. */
import { deleteKernel, type GatewayKernelOptions } from './gateway-kernel.ts';

const LOOK_MS = 15_000;

export interface LeftOptions extends Pick<GatewayKernelOptions, 'http' | 'records'> {
  /** Called with the ids of kernels that were left there, after they were deleted. */
  readonly onRecovered?: (kernelIds: readonly string[]) => void;
}

/** Looks again and again. Returns a function that stops it. */
export function deleteLeftKernels({ http, records, onRecovered }: LeftOptions): () => Promise<void> {
  if (records === undefined) return async () => {};
  let looking: Promise<void> | undefined;
  async function look(): Promise<void> {
    const deleted: string[] = [];
    for (const kernelId of (await records?.left()) ?? [])
      if (await deleteKernel({ http, ...(records === undefined ? {} : { records }) }, kernelId)) deleted.push(kernelId);
    if (deleted.length > 0) onRecovered?.(deleted);
  }
  const clock = setInterval(() => {
    looking ??= look().finally(() => {
      looking = undefined;
    });
  }, LOOK_MS).unref();
  return async () => {
    clearInterval(clock);
    await looking;
  };
}
