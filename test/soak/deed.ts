/** What is done to a run from outside, while it goes on. */
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { Deed } from './fault.ts';

const LOOK_MS = 100;

const text = (path: string) => readFile(path, 'latin1').catch(() => '');

/** Kills a process of the run whose kernel has taken this name. Answers when, or undefined where that process is not there. */
export async function killProcess(deed: Exclude<Deed, `cancel${string}`>, token: string, signal: AbortSignal): Promise<number | undefined> {
  const kernel = await findNamed(token, signal);
  const keeper = await parentOf(kernel);
  const guard = await parentOf(keeper);
  const parent = await parentOf(guard);
  const victim = { 'kill the kernel': kernel, 'kill the keeper': keeper, 'kill the guard': guard, 'kill the fork server': parent }[deed];
  const command = await text(`/proc/${victim}/cmdline`);
  if (deed === 'kill the fork server' && !command.split('\0').some((part) => part.endsWith('fork_server.py'))) return undefined;
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

async function parentOf(pid: number): Promise<number> {
  const parent = Number(/^PPid:\s+(\d+)$/m.exec(await text(`/proc/${pid}/status`))?.[1] ?? 0);
  if (parent <= 1) throw new Error(`process ${pid} has no parent that could be killed`);
  return parent;
}
