/** What is done to a run from outside, while it goes on. */
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { Deed } from './fault.ts';

const LOOK_MS = 100;

const text = (path: string) => readFile(path, 'latin1').catch(() => '');

type Kill = Exclude<Deed, `cancel${string}`>;
/** Each is the parent of the one before. */
const VICTIMS: readonly Kill[] = ['kill the kernel', 'kill the keeper', 'kill the guard', 'kill the fork server'];

/**
 * Kills a process of the run whose kernel has taken this name. Answers when, or undefined where that process is not
 * there.
 */
export async function killProcess(deed: Kill, token: string, signal: AbortSignal): Promise<number | undefined> {
  let victim = await findNamed(token, signal);
  for (let steps = VICTIMS.indexOf(deed); steps > 0; steps -= 1) victim = await parentOf(victim);
  const command = await text(`/proc/${victim}/cmdline`);
  // Another run may have killed the fork server of both.
  if (deed === 'kill the fork server' && !command.split('\0').some((part) => part.endsWith('fork_server.py')))
    return undefined;
  if (victim <= 1) throw new Error(`nothing is there to ${deed}`);
  const atMs = Date.now();
  process.kill(victim, 'SIGKILL');
  return atMs;
}

/** The kernel's process, as this machine numbers it. */
export async function findNamed(token: string, signal: AbortSignal): Promise<number> {
  for (;;) {
    for (const pid of await readdir('/proc')) {
      if (/^\d+$/.test(pid) && (await text(`/proc/${pid}/comm`)).trim() === token) return Number(pid);
    }
    await wait(LOOK_MS, undefined, { signal });
  }
}

/** 0 where there is none any more. */
async function parentOf(pid: number): Promise<number> {
  return Number(/^PPid:\s+(\d+)$/m.exec(await text(`/proc/${pid}/status`))?.[1] ?? 0);
}
