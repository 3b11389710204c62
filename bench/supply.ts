/** The supply of kernels, without the server. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readConfig } from '../src/config/config.ts';
import type { Kernel, KernelSupplier } from '../src/domain/kernel/kernel.ts';
import { createKernelSupplier, type KernelSupplierOptions } from '../src/kernel/supplier.ts';
import { until } from './until.ts';

export interface Supply {
  readonly supplier: KernelSupplier;
  take(imports?: readonly string[]): Promise<Kernel>;
  /** Settles when this many kernels are waiting. */
  waiting(count: number): Promise<void>;
}

/**
 * Isolated and limited by the defaults of the settings. Fork servers without imports keep `poolSize` kernels waiting.
 */
export async function supply(
  project: string,
  options: Partial<KernelSupplierOptions> & { readonly python: string; readonly poolSize: number },
): Promise<Supply> {
  const [directory, outputDirectory] = [join(project, 'scripts'), join(project, 'out')];
  for (const path of [directory, outputDirectory]) await mkdir(path, { recursive: true });
  const { kernelLimits: limits, data } = readConfig({ target: project });
  const supplier = await createKernelSupplier({
    scriptsDirectory: directory,
    environment: process.env,
    limits,
    shownFolders: [project],
    hiddenFolders: [data],
    ...options,
  });
  const request = {
    runId: 'bench',
    kernelName: undefined,
    language: 'python',
    directory,
    outputDirectory,
    environment: {},
    params: {},
  };
  return {
    supplier,
    take: (imports = []) => supplier.acquire({ ...request, imports }, new AbortController().signal),
    waiting: (count) =>
      until(`${count} waiting kernels`, async () => ((await supplier.status?.())?.waiting ?? 0) >= count),
  };
}

/** What the kernel prints; throws if the code fails. */
export async function ask(kernel: Kernel, code: string): Promise<string> {
  let said = '';
  const { status } = await kernel.execute(code, {
    onMessage: (message) => {
      if (message.type === 'stream') said += message.text;
    },
  });
  if (status !== 'ok') throw new Error(`${code} failed: ${said}`);
  return said;
}
