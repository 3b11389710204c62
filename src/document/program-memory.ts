/** Watches the memory of a program and of all processes below it. Linux only. */
import { childrenOf, readProcessFile } from '../system/proc.ts';

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
    const status = await readProcessFile(pid, 'status');
    for (const [, kilobytes] of status.matchAll(/^Rss(?:Anon|Shmem):\s+(\d+)/gm)) bytes += Number(kilobytes) * 1024;
    waiting.push(...(await childrenOf(pid)));
  }
  return bytes;
}
