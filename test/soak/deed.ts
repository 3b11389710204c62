/** What is done to a run from outside, while it goes on. */
import { setTimeout as wait } from 'node:timers/promises';
import { commandOf, listProcesses, parentOf, readProcessFile } from '../../src/kernel/sandbox/proc.ts';
import type { Deed } from './fault.ts';

const LOOK_MS = 100;

type Kill = Exclude<Deed, `cancel${string}`>;
/** Each is the parent of the one before. */
const VICTIMS: readonly Kill[] = ['kill the kernel', 'kill the keeper', 'kill the guard', 'kill the fork server'];

/**
 * Kills a process of the run whose kernel has taken this name. Answers when, or undefined where that process is not
 * there.
 */
export async function killProcess(deed: Kill, token: string, signal: AbortSignal): Promise<number | undefined> {
  let victim = await findNamed(token, signal);
  for (let steps = VICTIMS.indexOf(deed); steps > 0; steps -= 1) victim = (await parentOf(victim)) ?? 0;
  const command = await commandOf(victim);
  // Another run may have killed the fork server of both.
  if (deed === 'kill the fork server' && !command.some((part) => part.endsWith('fork_server.py'))) return undefined;
  if (victim <= 1) throw new Error(`nothing is there to ${deed}`);
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
