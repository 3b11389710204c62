/** Actions from outside on a running run. */
import { setTimeout as wait } from 'node:timers/promises';
import { commandOf, listProcesses, parentOf, readProcessFile } from '../../src/system/proc.ts';
import type { FaultAction } from './fault.ts';

const LOOK_MS = 100;

type Kill = Exclude<FaultAction, `cancel${string}`>;
/** Each is the parent of the one before; a kernel of a fork server may have the inner supervisor only. */
const VICTIMS: readonly Kill[] = ['kill the kernel', 'kill the inner supervisor', 'kill the outer supervisor'];

/**
 * Kills a process of the run whose kernel has this name. Returns the time, or undefined if that process is gone.
 */
export async function killProcess(action: Kill, token: string, signal: AbortSignal): Promise<number | undefined> {
  const kernel = await findNamed(token, signal);
  const victim = action === 'kill the fork server' ? await forkServerOf(kernel) : await parentsOf(kernel, action);
  if (victim === undefined) return undefined;
  if (victim <= 1) throw new Error(`there is no process to ${action}`);
  const atMs = Date.now();
  process.kill(victim, 'SIGKILL');
  return atMs;
}

async function parentsOf(kernel: number, action: Kill): Promise<number> {
  let victim = kernel;
  for (let steps = VICTIMS.indexOf(action); steps > 0; steps -= 1) victim = (await parentOf(victim)) ?? 0;
  return victim;
}

/** The last one of these: supervisors are forks of it. Undefined: another run has killed the fork server of both. */
async function forkServerOf(kernel: number): Promise<number | undefined> {
  let found: number[] = [];
  for (let pid = await parentOf(kernel); pid !== undefined && pid > 1; pid = await parentOf(pid))
    found = (await commandOf(pid)).some((part) => part.endsWith('fork_server.py')) ? [...found, pid] : found;
  // a kernel without its fork server still has its supervisor
  return found.length > 1 ? found.at(-1) : undefined;
}

/** The kernel's process, as this machine numbers it. */
export async function findNamed(token: string, signal: AbortSignal): Promise<number> {
  for (;;) {
    for (const pid of await listProcesses()) if ((await readProcessFile(pid, 'comm')).trim() === token) return pid;
    await wait(LOOK_MS, undefined, { signal });
  }
}
