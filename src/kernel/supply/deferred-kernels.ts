/** Kernels that are still being prepared, so that the server answers before its Python is there. */
import type { KernelSupplier } from '../../domain/kernel/kernel.ts';

/** Behaves as `deferred` once it has settled; until then an `acquire` waits. `deferred` must not reject. */
export function deferredKernels(deferred: Promise<KernelSupplier>, preparing: string): KernelSupplier {
  let settled: KernelSupplier | undefined;
  void deferred.then((supplier) => {
    settled = supplier;
  });
  return {
    async acquire(request, signal) {
      const supplier = await orAborted(deferred, signal);
      return supplier.acquire(request, signal);
    },
    prepare: (imports) => {
      void deferred.then((supplier) => supplier.prepare?.(imports));
    },
    expect: (needs) => {
      void deferred.then((supplier) => supplier.expect?.(needs));
    },
    whenReady: () => (settled === undefined ? deferred : undefined),
    prepareSnapshot: (prefix) => {
      void deferred.then((supplier) => supplier.prepareSnapshot?.(prefix));
    },
    snapshot: (script) => settled?.snapshot?.(script),
    ready: () => settled?.ready() ?? false,
    problem: () => settled?.problem?.(),
    languages: async () => settled?.languages?.(),
    kernelNames: async () => settled?.kernelNames?.(),
    missing: async (choice) => settled?.missing?.(choice),
    status: async () => (await settled?.status?.()) ?? { running: 0, waiting: 0, parents: [] },
    memory: async () => (await settled?.memory?.()) ?? new Map(),
    // before, there is no kernel that could call
    peer: async (ends) => (await settled?.peer?.(ends)) ?? 'other',
    describe: () => settled?.describe() ?? [{ label: 'Python', value: preparing }],
    close: async () => (await deferred).close(),
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
