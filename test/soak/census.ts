/** Counts what a server holds: it must be the same before and after a soak. */
import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findGroupPlaces } from '../../src/kernel/sandbox/cgroup.ts';
import { RUNTIME_VARIABLE } from '../../src/kernel/sandbox/runtime-directory.ts';

export interface Subject {
  readonly pid: number;
  /** The server's own folder for temporary files, nobody else's. */
  readonly temporary: string;
  readonly data: string;
  /** An argument that only processes of this soak's scripts have. */
  readonly mark: string;
}

export interface Census {
  readonly processes: number;
  readonly descriptors: number;
  readonly groups: number;
  readonly mounts: number;
  readonly folders: number;
}

const names = (path: string) => readdir(path).catch((): string[] => []);
const text = (path: string) => readFile(path, 'latin1').catch(() => '');

export async function takeCensus(subject: Subject): Promise<Census> {
  const { pid, temporary, data } = subject;
  const [processes, descriptors, groups, mounts] = await Promise.all([
    countProcesses(subject),
    names(`/proc/${pid}/fd`),
    countGroups(temporary),
    text(`/proc/${pid}/mounts`),
  ]);
  const top = await names(temporary);
  const below = await Promise.all([...top.map((name) => join(temporary, name)), join(data, 'work')].map(names));
  return {
    processes,
    descriptors: descriptors.length,
    groups,
    mounts: mounts.split('\n').length,
    folders: top.length + below.flat().length,
  };
}

/** The server's, its guards' and kernels', and whatever scripts have started, also without the mark of its server. */
async function countProcesses({ pid, temporary, mark }: Subject): Promise<number> {
  const pids = (await names('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (each) => {
      const [environment, command] = await Promise.all([text(`/proc/${each}/environ`), text(`/proc/${each}/cmdline`)]);
      return (
        Number(each) === pid ||
        environment.includes(`${RUNTIME_VARIABLE}=${temporary}/`) ||
        command.split('\0').includes(mark)
      );
    }),
  );
  return found.filter(Boolean).length;
}

/** What lies in its folders, and its processes: for the message about what is left. */
export async function describeHoldings({ temporary, data, mark }: Subject): Promise<string> {
  const run = promisify(execFile);
  const { stdout: files } = await run('find', [temporary, join(data, 'work'), '-maxdepth', '3']);
  const { stdout: processes } = await run('ps', ['-eo', 'pid,ppid,stat,etimes,args']);
  return `${files}\n${processes
    .split('\n')
    .filter((line) => line.includes(mark) || line.includes('script_runner_kernel'))
    .join('\n')}`;
}

async function countGroups(temporary: string): Promise<number> {
  const servers = await names(temporary);
  const groups = await Promise.all((await findGroupPlaces()).map(({ path }) => names(path)));
  return groups.flat().filter((name) => servers.some((server) => name.startsWith(`${server}.`))).length;
}

/**
 * Memory that the process has written itself; its share of the program's own pages depends on what else runs on the
 * machine.
 */
export async function memoryBytes(pid: number): Promise<number> {
  const anonymous = /^Anonymous:\s+(\d+) kB$/m.exec(await text(`/proc/${pid}/smaps_rollup`))?.[1];
  return Number(anonymous ?? 0) * 1024;
}

/** The most memory that the process has had in use since `resetPeak`. */
export async function peakBytes(pid: number): Promise<number> {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(await text(`/proc/${pid}/status`))?.[1] ?? 0) * 1024;
}

/** Source: proc(5), `clear_refs`: 5 sets the peak back to what is in use now. */
export async function resetPeak(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/clear_refs`, '5');
}
