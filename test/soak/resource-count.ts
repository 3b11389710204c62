/** Counts the resources that a server holds: the count must be the same before and after a soak. */
import { execFile } from 'node:child_process';
import { readdir, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findGroupPlaces } from '../../src/kernel/sandbox/cgroup.ts';
import { DATABASE } from '../../src/store/database-check.ts';
import { bytesIn, commandOf, listProcesses, readProcessFile } from '../../src/system/proc.ts';
import { RUNTIME_VARIABLE } from '../../src/kernel/sandbox/runtime-directory.ts';

export interface Subject {
  readonly pid: number;
  /** The server's own folder for temporary files. */
  readonly temporary: string;
  readonly data: string;
  /** An argument that only processes of this soak's scripts have. */
  readonly mark: string;
}

export interface ResourceCount {
  readonly processes: number;
  readonly descriptors: number;
  readonly groups: number;
  readonly mounts: number;
  readonly folders: number;
}

const names = (path: string) => readdir(path).catch((): string[] => []);

export async function countResources(subject: Subject): Promise<ResourceCount> {
  const { pid, temporary, data } = subject;
  const [processes, descriptors, groups, mounts] = await Promise.all([
    countProcesses(subject),
    countDescriptors(pid, join(data, DATABASE)),
    countGroups(temporary),
    readProcessFile(pid, 'mounts'),
  ]);
  const top = await names(temporary);
  const below = await Promise.all([...top.map((name) => join(temporary, name)), join(data, 'work')].map(names));
  return {
    processes,
    descriptors,
    groups,
    // others on this machine mount and unmount theirs meanwhile
    mounts: mounts.split('\n').filter((line) => line.includes(temporary) || line.includes(data)).length,
    folders: top.length + below.flat().length,
  };
}

/**
 * The database counts once: SQLite keeps a descriptor that another of its connections has closed, for the next one,
 * since closing it would take the locks from the first.
 */
async function countDescriptors(pid: number, database: string): Promise<number> {
  const folder = `/proc/${pid}/fd`;
  const open = await Promise.all(
    (await names(folder)).map((name) => readlink(join(folder, name)).catch(() => undefined)),
  );
  const isDatabase = (path: string | undefined): boolean => path === database;
  return open.filter((path) => path !== undefined && !isDatabase(path)).length + Number(open.some(isDatabase));
}

/**
 * The server, its supervisors and kernels, and whatever scripts have started, even without the variable of its server.
 */
async function countProcesses({ pid, temporary, mark }: Subject): Promise<number> {
  const found = await Promise.all(
    (await listProcesses()).map(async (each) => {
      const [environment, command] = await Promise.all([readProcessFile(each, 'environ'), commandOf(each)]);
      return each === pid || environment.includes(`${RUNTIME_VARIABLE}=${temporary}/`) || command.includes(mark);
    }),
  );
  return found.filter(Boolean).length;
}

/** The files in its folders, and its processes: for the message about leftovers. */
export async function describeResources({ temporary, data, mark }: Subject): Promise<string> {
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
 * Memory that the process has written itself: its share of the program's pages depends on what else runs on the
 * machine.
 */
export function memoryBytes(pid: number): Promise<number> {
  return bytesIn(pid, 'smaps_rollup', 'Anonymous');
}

/** The peak of the process's memory since `resetPeak`. */
export function peakBytes(pid: number): Promise<number> {
  return bytesIn(pid, 'status', 'VmHWM');
}

/** Source: proc(5), `clear_refs`: 5 sets the peak back to what is in use now. */
export async function resetPeak(pid: number): Promise<void> {
  await writeFile(`/proc/${pid}/clear_refs`, '5');
}
