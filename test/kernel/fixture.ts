/**
 * Real suppliers of kernels for tests: each has its own scripts folder, and none may leave a process or a folder
 * behind.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { Kernel, KernelMessage, KernelRequest, KernelSupplier } from '../../src/domain/kernel/kernel.ts';
import { kernelRequest } from '../../src/domain/kernel/kernel-request.ts';
import { processesWith } from '../../src/system/proc.ts';
import { createKernelSupplier, type KernelSupplierOptions } from '../../src/kernel/supplier.ts';
import { testPython } from '../python.ts';

export interface Bench {
  readonly supplier: KernelSupplier;
  readonly scripts: string;
  /** The ids of the processes that the supplier has started, and of those that its kernels have. */
  processes(): Promise<number[]>;
  /** Acquires a kernel with these changes to a plain Python request. */
  take(changes?: Partial<KernelRequest>): Promise<Kernel>;
}

/** A supplier for one test; closed and checked for leftovers when the test ends. */
export async function createBench(options: Partial<KernelSupplierOptions> = {}): Promise<Bench> {
  const root = await mkdtemp(join(tmpdir(), 'kernel-test-'));
  const scripts = join(root, 'scripts');
  await mkdir(scripts);
  const mark = { KERNEL_TEST: root };
  const environment = { ...process.env, ...mark };
  const supplier = await createKernelSupplier({
    python: testPython(),
    scriptsDirectory: scripts,
    poolSize: 0,
    environment,
    passEnvironment: ['KERNEL_TEST'],
    ...options,
  });
  const processes = () => processesWith(`KERNEL_TEST=${root}`);
  onTestFinished(async () => {
    await supplier.close();
    expect(await processes(), 'processes left behind').toEqual([]);
    await rm(root, { recursive: true });
  });
  let runs = 0;
  return {
    supplier,
    scripts,
    processes,
    async take(changes = {}) {
      const runId = `run-${++runs}`;
      const outputDirectory = join(root, runId);
      await mkdir(outputDirectory);
      const request = { ...kernelRequest(runId, scripts), outputDirectory, ...changes };
      return supplier.acquire(request, AbortSignal.timeout(60_000));
    },
  };
}

/** Executes code; returns all messages of the kernel, and how the execution ended. */
export async function say(
  kernel: Kernel,
  code: string,
): Promise<{ status: string; messages: KernelMessage[]; text: string }> {
  const messages: KernelMessage[] = [];
  const { status } = await kernel.execute(code, { onMessage: (message) => void messages.push(message) });
  return {
    status,
    messages,
    text: messages.map((message) => (message.type === 'stream' ? message.text : '')).join(''),
  };
}
