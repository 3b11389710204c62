/** Whether a kernel that should take its run still answers: asked only while it has not taken it. */
import { isRunnable } from '../../system/proc.ts';
import type { KernelProcess } from './kernel-process.ts';

/** A kernel that has not taken its run after this time is asked whether it answers at all. */
const ANSWER_MS = 500;
/** Without an answer within this time it is asked again if it waits for a processor, and otherwise killed. */
const BEAT_MS = 2_000;
/** On a machine so busy that this time is not enough, it is killed all the same. */
const PATIENCE_MS = 60_000;

interface Watched {
  readonly client: Pick<KernelProcess['client'], 'beats'>;
  readonly supervisor: Pick<KernelProcess['supervisor'], 'pid'>;
  readonly kill: KernelProcess['kill'];
}

/** Kills the kernel if it does not answer, until the returned function is called: then a run has it. */
export function watchHeartbeat({ client, supervisor, kill }: Watched): () => void {
  const taken = new AbortController();
  const { signal } = taken;
  const timer = setTimeout(() => void watch(performance.now() + PATIENCE_MS), ANSWER_MS);

  async function watch(untilMs: number): Promise<void> {
    do {
      if ((await client.beats(BEAT_MS, signal)) || signal.aborted) return;
    } while (performance.now() < untilMs && (await isRunnable(supervisor.pid())));
    if (!signal.aborted) await kill();
  }

  return () => {
    clearTimeout(timer);
    taken.abort();
  };
}
