/** Kernels that wait ready, some of one kind; one that is taken is replaced by another. */
import { warmUp } from '../process/assign-to-run.ts';
import type { KernelProcess } from '../process/kernel-process.ts';
import { createStartQuiet, type StartQuiet } from './start-quiet.ts';

/** After a kernel could not be made, the next attempt waits until somebody needs one, or this long. */
const RETRY_MS = 30_000;

export interface Pool {
  /** A kernel that is ready now, or undefined. */
  take(): KernelProcess | undefined;
  /**
   * Kernels that are missing or too many are made and ended one after the other, while no runs begin; but the next one
   * is made at once where a run has found none.
   */
  resize(size: number): void;
  waiting(): number;
  close(): Promise<void>;
}

/** `quiet`: shared by all pools whose kernels run on the same processors. */
export function createPool(
  make: (signal: AbortSignal) => Promise<KernelProcess>,
  initialSize: number,
  quiet: StartQuiet = createStartQuiet(),
): Pool {
  const ready = new Set<KernelProcess>();
  const closing = new AbortController();
  let size = initialSize;
  let adjusting: Promise<void> | undefined;
  let failedAtMs = -Infinity;
  /** Aborted: somebody has found none, so the next one is made at once. */
  let calm = new AbortController();

  async function add(): Promise<void> {
    try {
      const process = await warmed(make(closing.signal));
      ready.add(process);
      calm = new AbortController();
      void process.died.then(() => ready.delete(process));
    } catch {
      // Callers that need a kernel then start one and get the reason.
      failedAtMs = performance.now();
    }
  }

  async function end(): Promise<void> {
    const [process] = ready;
    if (process === undefined) return;
    ready.delete(process);
    await process.kill();
  }

  async function adjust(): Promise<void> {
    const next = () => {
      if (ready.size > size) return end;
      return ready.size < size && performance.now() - failedAtMs > RETRY_MS ? add : undefined;
    };
    while (!closing.signal.aborted && next() !== undefined) {
      await quiet.wait(AbortSignal.any([closing.signal, calm.signal]), () => ready.size === 0).catch(() => undefined);
      if (!closing.signal.aborted) await next()?.();
    }
    adjusting = undefined;
  }
  // In a later turn: with nothing to do it would end before `adjusting` is set.
  const adjustLater = () => void (adjusting ??= Promise.resolve().then(adjust));
  adjustLater();

  return {
    take() {
      quiet.noteStart();
      const [process] = ready;
      if (process === undefined) calm.abort();
      else ready.delete(process);
      adjustLater();
      return process;
    },
    resize(wanted) {
      size = wanted;
      adjustLater();
    },
    waiting: () => ready.size,
    async close() {
      closing.abort(new Error('closing'));
      await adjusting;
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
