/** Where a waiting run stands: how many runs are ahead of it, when it starts, and which limit holds it back. */
import { defined } from '../../domain/defined.ts';
import { waitMs, type QueuePlace } from '../../domain/run/run-wait.ts';
import type { AppContext } from '../context.ts';
import { awaitedPackages } from '../script/script-environment.ts';

export interface RunPlace {
  /** How many runs are ahead of it. */
  readonly before: number;
  /** In how many milliseconds it starts, as far as the last runs tell; absent: unknown. */
  readonly aboutMs?: number;
  readonly heldBy?: NonNullable<QueuePlace['heldBy']>;
  /** Why no connected worker can execute it, as a sentence. */
  readonly unmet?: string;
}

/** Of more scripts, the usual time is not looked up. */
const MOST_SCRIPTS = 20;

/** Undefined if the run does not wait. */
export async function readPlace(
  ctx: Pick<AppContext, 'runs' | 'limits' | 'now' | 'blobs' | 'environments'>,
  id: string,
): Promise<RunPlace | undefined> {
  const [place, unmet] = await Promise.all([
    ctx.runs.place(id, ctx.limits.atOnce),
    awaitedPackages(ctx, id).then((packages) => packages ?? ctx.runs.unmetNeed(id)),
  ]);
  if (place === undefined) return undefined;
  const { before, heldBy } = place;
  if (unmet !== undefined) return { before, unmet };
  const scripts = new Set([...place.ahead, ...place.running].map(({ script }) => script));
  if (scripts.size > MOST_SCRIPTS) return { before, ...defined({ heldBy }) };
  const [workers, usualMs] = await Promise.all([ctx.runs.workers(), ctx.runs.usualMs([...scripts])]);
  const places = ctx.limits.concurrency * Math.max(1, workers);
  const aboutMs = waitMs(place, { usualMs, places, nowMs: ctx.now() });
  return { before, ...defined({ heldBy, aboutMs }) };
}
