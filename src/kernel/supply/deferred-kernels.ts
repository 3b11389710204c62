/** Kernels that are still being made ready, so that the server answers before its Python is there. */
import type { KernelSupplier } from '../../domain/kernel/kernel.ts';

/** Behaves as `arriving` does once it has settled; until then an `acquire` waits. `arriving` must not reject. */
export function laterKernels(arriving: Promise<KernelSupplier>, preparing: string): KernelSupplier {
  let arrived: KernelSupplier | undefined;
  void arriving.then((supplier) => {
    arrived = supplier;
  });
  return {
    async acquire(request, signal) {
      const supplier = await orAborted(arriving, signal);
      return supplier.acquire(request, signal);
    },
    prepare: (imports) => {
      void arriving.then((supplier) => supplier.prepare?.(imports));
    },
    arriving: () => (arrived === undefined ? arriving : undefined),
    prepareSnapshot: (prefix) => {
      void arriving.then((supplier) => supplier.prepareSnapshot?.(prefix));
    },
    snapshot: (script) => arrived?.snapshot?.(script),
    ready: () => arrived?.ready() ?? false,
    problem: () => arrived?.problem?.(),
    missing: async (choice) => arrived?.missing?.(choice),
    status: async () => (await arrived?.status?.()) ?? { running: 0, waiting: 0, parents: [] },
    memory: async () => (await arrived?.memory?.()) ?? new Map(),
    // before, there is no kernel that could call
    peer: async (ends) => (await arrived?.peer?.(ends)) ?? 'other',
    describe: () => arrived?.describe() ?? [{ label: 'Python', value: preparing }],
    close: async () => (await arriving).close(),
  };
}

function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', abort);
    });
  });
}
