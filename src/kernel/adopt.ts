/** Hands a waiting Python kernel to a run: folder, variables and values, over its own channels and a private file. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../domain/error.ts';
import { KernelDiedError, type KernelRequest } from '../domain/kernel.ts';
import { runEnvironment } from './environment.ts';
import type { KernelProcess } from './kernel-process.ts';
import { enter, type Workshop } from './launch.ts';
import { writeParams } from './params-file.ts';

const ADOPT = '__import__("script_runner_kernel.adopt", fromlist=["adopt"])';
/** A kernel that has not answered after this is asked for its heartbeat, which it echoes even when it is busy. */
const ANSWER_MS = 500;
/** Without an echo in this time it is of no use. */
const BEAT_MS = 2_000;

/**
 * What a kernel does the first time takes three times as long as the second: it happens while nobody waits. Leaves no trace in
 * the kernel's names and counters. Throws as `Client.execute`.
 */
export async function rehearse({ client }: KernelProcess): Promise<void> {
  await client.execute(ADOPT, { silent: true, onMessage: () => undefined });
  await client.execute('print("", end="")', { silent: true, onMessage: () => undefined });
}

/** As `adopt`, but false for a kernel that died or fell silent while it waited: another will do. */
export async function tryAdopt(workshop: Workshop, process: KernelProcess, request: KernelRequest): Promise<boolean> {
  try {
    await adopt(workshop, process, request);
    return true;
  } catch (error) {
    if (error instanceof KernelDiedError) return false;
    throw error;
  }
}

/**
 * Throws `unavailable` when the kernel cannot take the run and `KernelDiedError` when it does not answer any more; it is killed
 * then.
 */
export async function adopt(workshop: Workshop, process: KernelProcess, request: KernelRequest): Promise<void> {
  let isGone = false;
  void process.guard.ended.then(() => { isGone = true; });
  const doubt = setTimeout(() => {
    void process.client.beats(BEAT_MS).then((beats) => { if (!beats) void process.kill(); });
  }, ANSWER_MS);
  try {
    await handOver(workshop, process, request);
  } catch (error) {
    const died = isGone;
    await process.kill();
    throw died ? new KernelDiedError(await process.died) : error;
  } finally {
    clearTimeout(doubt);
  }
}

async function handOver(workshop: Workshop, process: KernelProcess, request: KernelRequest): Promise<void> {
  const { directory, client, guard } = process;
  const file = join(directory, 'adopt.json');
  const tell = async () => {
    const environment = runEnvironment(request, await writeParams(directory, request.params));
    await writeFile(file, JSON.stringify({ directory: request.directory, environment }), { mode: 0o600 });
  };
  await Promise.all([enter(workshop, guard, directory, request), tell()]);
  const code = `${ADOPT}.adopt(${JSON.stringify(file)})`;
  const { status } = await client.execute(code, { silent: true, onMessage: () => undefined });
  if (status !== 'ok') throw new AppError('unavailable', `The kernel could not enter the folder ${request.directory}.`);
}
