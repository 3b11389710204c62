/** Kernels that wait ready, a few of one kind; one that is taken is replaced by another. */
import { warmUp } from '../process/assign-to-run.ts';
import type { KernelProcess } from '../process/kernel-process.ts';

/** After a kernel could not be made, the next attempt waits until somebody needs one, or this long. */
const RETRY_MS = 30_000;
/** The run that took a kernel comes first: making another one would take the processor from its first cells. */
const QUIET_MS = 200;

export interface Pool {
  /** A kernel that is ready now, or undefined. */
  take(): KernelProcess | undefined;
  resize(size: number): void;
  waiting(): number;
  close(): Promise<void>;
}

export function createPool(make: (signal: AbortSignal) => Promise<KernelProcess>, initialSize: number): Pool {
  const ready = new Set<KernelProcess>();
  const closing = new AbortController();
  let size = initialSize;
  let making: Promise<void> | undefined;
  let failedAtMs = -Infinity;

  async function fill(): Promise<void> {
    while (ready.size < size && !closing.signal.aborted && performance.now() - failedAtMs > RETRY_MS) {
      try {
        const process = await warmed(make(closing.signal));
        ready.add(process);
        void process.died.then(() => ready.delete(process));
      } catch {
        // Callers that need a kernel then start one and get the reason.
        failedAtMs = performance.now();
      }
    }
    making = undefined;
  }
  // In a later turn: a fill with nothing to do would end before `making` is set.
  const refill = () => void (making ??= Promise.resolve().then(fill));
  const later = quietly(refill);
  refill();

  return {
    take() {
      const [process] = ready;
      if (process === undefined) {
        refill();
        return undefined;
      }
      ready.delete(process);
      later.request();
      return process;
    },
    resize(wanted) {
      size = wanted;
      const surplus = [...ready].slice(size);
      for (const process of surplus) {
        ready.delete(process);
        void process.kill();
      }
      later.request();
    },
    waiting: () => ready.size,
    async close() {
      later.cancel();
      closing.abort(new Error('closing'));
      await making;
      await Promise.all([...ready].map((process) => process.kill()));
    },
  };
}

/** A kernel that has already done once what each run requires of it. */
async function warmed(making: Promise<KernelProcess>): Promise<KernelProcess> {
  const process = await making;
  await warmUp(process);
  return process;
}

/** The work is done once, a moment after it was first requested. */
function quietly(work: () => void) {
  let timer: NodeJS.Timeout | undefined;
  return {
    request() {
      timer ??= setTimeout(() => {
        timer = undefined;
        work();
      }, QUIET_MS);
    },
    cancel() {
      clearTimeout(timer);
    },
  };
}
