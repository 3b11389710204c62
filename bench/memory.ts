/** Memory of processes as Linux reports it, in megabytes. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  readonly command: string;
}

export interface Memory {
  /** Only its own pages (USS): what is freed when it ends. */
  readonly privateMb: number;
  /** Shared pages divided among those that share them (PSS): adds up over processes. */
  readonly dividedMb: number;
}

export async function listProcesses(): Promise<Process[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-ww', '-o', 'pid=,ppid=,comm=,args='], {
    maxBuffer: 64e6,
  });
  return stdout
    .trim()
    .split('\n')
    .map((line) => {
      const [pid, parent, name = '', ...words] = line.trim().split(/\s+/);
      return { pid: Number(pid), parent: Number(parent), name, command: words.join(' ') };
    });
}

/** The process and all that it started. */
export function family(pid: number, all: readonly Process[]): Process[] {
  const own = new Set([pid]);
  for (let grown = 0; grown !== own.size;) {
    grown = own.size;
    for (const each of all) if (own.has(each.parent)) own.add(each.pid);
  }
  return all.filter((each) => own.has(each.pid));
}

/** Of all together; a process that has ended counts nothing. */
export async function memoryOf(processes: readonly Process[]): Promise<Memory> {
  const texts = await Promise.all(
    processes.map(({ pid }) => readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '')),
  );
  const each = texts.map(readRollup);
  return {
    privateMb: sum(each.map(({ privateMb }) => privateMb)),
    dividedMb: sum(each.map(({ dividedMb }) => dividedMb)),
  };
}

/** Text of /proc/<pid>/smaps_rollup. */
export function readRollup(text: string): Memory {
  const mb = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? 0) / 1024;
  return { privateMb: mb('Private_Clean') + mb('Private_Dirty'), dividedMb: mb('Pss') };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Of a server without what it started, and of the kernels with their supervisors and fork servers. */
export async function serverMemory(pid: number): Promise<{ readonly serverMb: number; readonly kernelsMb: number }> {
  const all = family(pid, await listProcesses());
  const isKernel = ({ name }: Process) => name.startsWith('python');
  const [server, kernels] = await Promise.all([
    memoryOf(all.filter((each) => !isKernel(each))),
    memoryOf(all.filter(isKernel)),
  ]);
  return { serverMb: server.dividedMb, kernelsMb: kernels.dividedMb };
}
