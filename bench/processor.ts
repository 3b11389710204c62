/** Processor time of a server and of its kernels as Linux reports it, in milliseconds. */
import { readFile } from 'node:fs/promises';
import { listProcesses } from './memory.ts';

/** Of `/proc/<pid>/stat`: always a hundredth of a second. */
const TICK_MS = 10;

export interface ProcessorTime {
  /** All threads of the server. */
  readonly serverMs: number;
  /** Fork servers, and kernels and supervisors that have ended. */
  readonly kernelsMs: number;
}

export async function processorTime(pid: number): Promise<ProcessorTime> {
  const children = (await listProcesses()).filter(({ parent }) => parent === pid);
  const server = await timesOf(pid);
  const kernels = await Promise.all(children.map((child) => timesOf(child.pid)));
  return {
    serverMs: server.ownMs,
    kernelsMs: kernels.reduce((sum, { ownMs, endedMs }) => sum + ownMs + endedMs, server.endedMs),
  };
}

/** `endedMs`: of what it has started and waited for. 0 for a process that is gone. */
async function timesOf(pid: number): Promise<{ readonly ownMs: number; readonly endedMs: number }> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // after the name, which may contain anything
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ms = (at: number) => Number(fields[at] ?? 0) * TICK_MS;
  return { ownMs: ms(11) + ms(12), endedMs: ms(13) + ms(14) };
}
