/** Watches the memory of a program and of all processes below it. Linux only: other systems do not tell. */
import { readFile } from 'node:fs/promises';

const LOOK_MS = 200;
/** More processes are not counted; such a program is over any bound. */
const MOST_PROCESSES = 500;

/** Calls `onExceeded` once if all of them together use more than `mostBytes`. */
export function watchMemory(pid: number | undefined, mostBytes: number, onExceeded: () => void) {
  if (pid === undefined || process.platform !== 'linux') return { stop: () => undefined };
  let isLooking = false;
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    void memoryBelow(pid)
      .then((bytes) => {
        if (bytes <= mostBytes) return;
        clearInterval(timer);
        onExceeded();
      })
      .finally(() => {
        isLooking = false;
      });
  }, LOOK_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

/** Bytes that are not pages of files: those of programs are shared by all processes. */
async function memoryBelow(root: number): Promise<number> {
  const waiting = [root];
  let bytes = 0;
  let count = 0;
  for (let pid = waiting.pop(); pid !== undefined; pid = waiting.pop()) {
    count += 1;
    if (count > MOST_PROCESSES) return Infinity;
    const status = await read(`/proc/${String(pid)}/status`);
    for (const [, kilobytes] of status.matchAll(/^Rss(?:Anon|Shmem):\s+(\d+)/gm)) bytes += Number(kilobytes) * 1024;
    const children = await read(`/proc/${String(pid)}/task/${String(pid)}/children`);
    waiting.push(...children.split(' ').filter(Boolean).map(Number));
  }
  return bytes;
}

/** Empty if the process is gone. */
function read(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
