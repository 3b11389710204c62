/** Memory of processes, from /proc. */
import { readFile } from 'node:fs/promises';

/** The process's share of its memory (PSS): pages that others also have count in part. 0 if unknown. */
export async function memoryOf(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  return Number(/^Pss:\s+(\d+)/m.exec(text)?.[1] ?? 0) * 1024;
}

/**
 * The process at this depth below the supervisor's first, each time the newest child: the supervisor in its namespaces,
 * then the kernel.
 */
export async function supervisedProcess(supervisorPid: number, depth: number): Promise<number> {
  let pid = supervisorPid;
  for (let level = 0; level < depth; level++) {
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
    pid = Number(children.split(' ')[0] ?? 0);
  }
  return pid;
}
