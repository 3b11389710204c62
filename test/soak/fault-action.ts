/** Actions from outside on a running run. */
import { setTimeout as wait } from 'node:timers/promises';
import { commandOf, listProcesses, parentOf, readProcessFile } from '../../src/system/proc.ts';
import type { FaultAction } from './fault.ts';

const LOOK_MS = 100;

type Kill = Exclude<FaultAction, `cancel${string}`>;
/** Each is the parent of the one before. */
const VICTIMS: readonly Kill[] = [
  'kill the kernel',
  'kill the inner supervisor',
  'kill the outer supervisor',
  'kill the fork server',
];

/**
 * Kills a process of the run whose kernel has this name. Returns the time, or undefined if that process is gone.
 */
export async function killProcess(action: Kill, token: string, signal: AbortSignal): Promise<number | undefined> {
  let victim = await findNamed(token, signal);
  for (let steps = VICTIMS.indexOf(action); steps > 0; steps -= 1) victim = (await parentOf(victim)) ?? 0;
  const command = await commandOf(victim);
  // Another run may have killed the fork server of both.
  if (action === 'kill the fork server' && !command.some((part) => part.endsWith('fork_server.py'))) return undefined;
  if (victim <= 1) throw new Error(`there is no process to ${action}`);
  const atMs = Date.now();
  process.kill(victim, 'SIGKILL');
  return atMs;
}

/** The kernel's process, as this machine numbers it. */
export async function findNamed(token: string, signal: AbortSignal): Promise<number> {
  for (;;) {
    for (const pid of await listProcesses()) if ((await readProcessFile(pid, 'comm')).trim() === token) return pid;
    await wait(LOOK_MS, undefined, { signal });
  }
}
