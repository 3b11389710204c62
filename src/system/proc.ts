/**
 * What Linux reports about processes in `/proc`. On other systems, and for a process that has ended, there is nothing.
 * Source: https://man7.org/linux/man-pages/man5/proc.5.html
 */
import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';

const UNKNOWN = { limit: Infinity, used: 0 };

/** A file of a process, such as `status`; '' if it cannot be read. */
export function readProcessFile(pid: number | 'self', file: string): Promise<string> {
  return readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
}

/** Linux: refers to a file without reading it, so that its mode does not matter. Node has no name for this flag. */
export const O_PATH = 0o10000000;

/** A path to what this process has open: valid in system calls of this process while it is open. */
export function descriptorPath({ fd }: { readonly fd: number }): string {
  return `/proc/self/fd/${fd}`;
}

/** The ids of all processes. */
export async function listProcesses(): Promise<number[]> {
  const names = await readdir('/proc').catch((): string[] => []);
  return names.filter((name) => /^\d+$/.test(name)).map(Number);
}

/** The processes that were started with this variable: `NAME=value`. */
export async function processesWith(variable: string): Promise<number[]> {
  const found = await Promise.all(
    (await listProcesses()).map(async (pid) => ((await environmentOf(pid)).includes(variable) ? pid : undefined)),
  );
  return found.filter((pid) => pid !== undefined);
}

/** The variables that the process was started with: `NAME=value`. */
async function environmentOf(pid: number): Promise<readonly string[]> {
  return nulSeparated(await readProcessFile(pid, 'environ'));
}

/** The program and its arguments. */
export async function commandOf(pid: number): Promise<readonly string[]> {
  return nulSeparated(await readProcessFile(pid, 'cmdline'));
}

/** Undefined if the process has ended. */
export async function parentOf(pid: number): Promise<number | undefined> {
  const parent = /^PPid:\s+(\d+)$/m.exec(await readProcessFile(pid, 'status'))?.[1];
  return parent === undefined ? undefined : Number(parent);
}

/** In the order in which they were started. */
export async function childrenOf(pid: number): Promise<readonly number[]> {
  const children = await readProcessFile(pid, `task/${pid}/children`);
  return children.split(' ').filter(Boolean).map(Number);
}

/** The process at this depth below another, at each level the one that was started first; 0 if there is none. */
export async function firstDescendant(pid: number, depth: number): Promise<number> {
  let found = pid;
  for (let level = 0; level < depth; level++) [found = 0] = await childrenOf(found);
  return found;
}

/**
 * Whether a thread of the process, or of one that it started, waits for a processor or a disk, or uses one: whatever it
 * has not done yet, it may still do.
 */
export async function isRunnable(pid: number): Promise<boolean> {
  const threads = await readdir(`/proc/${pid}/task`).catch((): string[] => []);
  for (const thread of threads) {
    const state = /^State:\s+(\S)/m.exec(await readProcessFile(pid, `task/${thread}/status`))?.[1];
    if (state === 'R' || state === 'D') return true;
  }
  for (const child of await childrenOf(pid)) if (await isRunnable(child)) return true;
  return false;
}

/** The process's share of its memory (PSS): pages that others also have count in part. 0 if unknown. */
export function memoryOf(pid: number): Promise<number> {
  return bytesIn(pid, 'smaps_rollup', 'Pss');
}

/** A line `NAME:  12 kB` of a file of the process, in bytes; 0 if unknown. */
export async function bytesIn(pid: number, file: string, name: string): Promise<number> {
  const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(await readProcessFile(pid, file))?.[1];
  return Number(kilobytes ?? 0) * 1024;
}

/** The open files and sockets of this process, and how many it may have; `Infinity` if unknown. */
export function countDescriptors(): { readonly limit: number; readonly used: number } {
  try {
    const [, limit = ''] = /^Max open files\s+(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
    return { limit: limit === 'unlimited' ? Infinity : Number(limit), used: readdirSync('/proc/self/fd').length };
  } catch (error) {
    // no descriptor is left for the check
    return (error as NodeJS.ErrnoException).code === 'EMFILE' ? { limit: 0, used: 0 } : UNKNOWN;
  }
}

function nulSeparated(text: string): readonly string[] {
  return text.split('\0').filter((part) => part !== '');
}
