/** Cold start: any kernel for one run; the last of the sources, which can always supply one. */
import { AppError } from '../../domain/error.ts';
import { KernelDiedError } from '../../domain/kernel/kernel.ts';
import { runEnvironment } from '../process/environment.ts';
import type { KernelProcess } from '../process/kernel-process.ts';
import type { Kernelspec } from '../process/kernelspec.ts';
import { launchKernel, type LaunchContext } from '../process/launch.ts';
import { writeParams } from '../process/params-file.ts';
import type { KernelSource, Order } from './source.ts';

/** A shell's answer if there is no such program: another transport would not help. */
const NO_PROGRAM = 127;
const NETWORK_OFF = 'If it supports only TCP, it cannot run while the setting network is off.';

/**
 * Kernels that end without an answer on ipc are tried on TCP, and from then on started so: some support nothing else.
 */
export function coldSource(context: LaunchContext): KernelSource {
  const overTcp: LaunchContext = { ...context, transport: 'tcp' };
  const needTcp = new Set<string>();

  async function start(order: Order, signal: AbortSignal): Promise<KernelProcess> {
    const name = specKey(order.spec);
    if (needTcp.has(name)) return launch(overTcp, order, signal);
    try {
      return await launch(context, order, signal);
    } catch (error) {
      if (!mayNeedTcp(error) || context.transport === 'tcp') throw error;
      if (context.sandbox.isolate.includes('network'))
        throw new AppError('unavailable', `${error.message}\n${NETWORK_OFF}`, { cause: error });
      const process = await launch(overTcp, order, signal);
      needTcp.add(name);
      return process;
    }
  }

  return {
    take: async (order, signal) => ({ process: await start(order, signal), supply: 'cold' }),
    describe: () => [],
    close: () => Promise.resolve(),
  };
}

function launch(context: LaunchContext, { request, spec }: Order, signal: AbortSignal): Promise<KernelProcess> {
  return launchKernel(
    context,
    spec,
    {
      cwd: request.directory,
      request,
      environment: async (directory) => runEnvironment(request, await writeParams(directory, request.params)),
    },
    signal,
  );
}

function specKey({ directory, argv }: Kernelspec): string {
  return [directory, ...argv].join('\0');
}

function mayNeedTcp(error: unknown): error is AppError {
  return (
    error instanceof AppError && error.cause instanceof KernelDiedError && error.cause.death.exitCode !== NO_PROGRAM
  );
}
