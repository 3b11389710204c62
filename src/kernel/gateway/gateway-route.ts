/** Two suppliers as one: some scripts run on the gateway, the others on this machine. */
import type { KernelRequest, KernelSupplier } from '../../domain/kernel/kernel.ts';
import { matchNames } from '../../domain/text/name-pattern.ts';

/** A pattern that begins so names kernels, others name scripts. */
const KERNEL = 'kernel:';

/** Whether a request is for the gateway. */
export type GatewayRule = (request: Pick<KernelRequest, 'script' | 'kernelName'>) => boolean;

export function readGatewayRule(patterns: readonly string[]): GatewayRule {
  const [kernels, scripts] = [true, false].map((isKernel) => {
    const chosen = patterns.filter((pattern) => pattern.startsWith(KERNEL) === isKernel);
    const names = chosen.map((pattern) => pattern.slice(isKernel ? KERNEL.length : 0));
    return names.length === 0 ? undefined : matchNames(names);
  });
  return ({ script, kernelName }) =>
    (script !== undefined && scripts?.test(script.normalize('NFC')) === true) ||
    (kernelName !== undefined && kernels?.test(kernelName) === true);
}

/** All but the requests of the rule, and what is prepared for runs, is the local supplier's. */
export function routeKernels(local: KernelSupplier, gateway: KernelSupplier, isRemote: GatewayRule): KernelSupplier {
  return {
    ...local,
    // those of the gateway are not known
    languages: async () => undefined,
    kernelNames: async () => undefined,
    acquire: (request, signal) =>
      (isRemote(request) && request.isLocal !== true ? gateway : local).acquire(request, signal),
    uploadPlace: (choice) => (isRemote(choice) ? gateway : local).uploadPlace?.(choice),
    missing: async (choice) => (isRemote(choice) ? undefined : local.missing?.(choice)),
    async status() {
      const [here, there] = await Promise.all([local.status?.(), gateway.status?.()]);
      return {
        waiting: 0,
        parents: [],
        ...here,
        running: (here?.running ?? 0) + (there?.running ?? 0),
      };
    },
    describe: () => [...local.describe(), ...gateway.describe()],
    async close() {
      await Promise.all([local.close(), gateway.close()]);
    },
  };
}
