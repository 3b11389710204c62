/** Hands a waiting Python kernel to a run: folder, variables and values, over its own channels and a private file. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../domain/error.ts';
import type { KernelRequest } from '../domain/kernel.ts';
import { runEnvironment } from './environment.ts';
import type { KernelProcess } from './kernel-process.ts';
import { enter, type Workshop } from './launch.ts';
import { writeParams } from './params-file.ts';

const ADOPT = '__import__("script_runner_kernel.adopt", fromlist=["adopt"])';

/**
 * What a kernel does the first time takes three times as long as the second: it happens while nobody waits. Leaves no trace in
 * the kernel's names and counters. Throws as `Client.execute`.
 */
export async function rehearse({ client }: KernelProcess): Promise<void> {
  await client.execute(ADOPT, { silent: true, onMessage: () => undefined });
  await client.execute('print("", end="")', { silent: true, onMessage: () => undefined });
}

/** Throws `unavailable` and kills the kernel when it cannot take the run. */
export async function adopt(workshop: Workshop, process: KernelProcess, request: KernelRequest): Promise<void> {
  try {
    await handOver(workshop, process, request);
  } catch (error) {
    await process.kill();
    throw error;
  }
}

async function handOver(workshop: Workshop, process: KernelProcess, request: KernelRequest): Promise<void> {
  const { directory, client, guard } = process;
  const file = join(directory, 'adopt.json');
  const environment = runEnvironment(request, await writeParams(directory, request.params));
  await Promise.all([
    writeFile(file, JSON.stringify({ directory: request.directory, environment }), { mode: 0o600 }),
    enter(workshop, guard, directory, request),
  ]);
  const code = `${ADOPT}.adopt(${JSON.stringify(file)})`;
  const { status } = await client.execute(code, { silent: true, onMessage: () => undefined });
  if (status !== 'ok') throw new AppError('unavailable', `The kernel could not enter the folder ${request.directory}.`);
}
