/** Why no run can be submitted now. */
import { type Actor, refusalOf } from '../../domain/access/access.ts';
import { type ScriptProblem, problemText } from '../../domain/problem.ts';
import type { Script } from '../../domain/script/script.ts';
import { descriptorProblem } from '../../domain/descriptor.ts';
import { diskProblem } from '../../domain/disk.ts';
import { AppError } from '../../domain/error.ts';
import { SERVER_STOPPING } from '../../domain/run/run-message.ts';
import type { AppContext } from '../context.ts';

const RETRY_AFTER_S = 30;

/** `unavailable`, with the time to try again; undefined while runs are accepted. */
export function runRefusal(ctx: Pick<AppContext, 'kernels' | 'stopping'>): AppError | undefined {
  const problem = ctx.stopping?.aborted === true ? SERVER_STOPPING : ctx.kernels.problem?.();
  return problem === undefined ? undefined : new AppError('unavailable', problem, { retryAfterS: RETRY_AFTER_S });
}

/** What tells whether there is room for a run. */
export type RoomContext = Pick<AppContext, 'freeBytes' | 'storageProblem' | 'limits' | 'descriptors'>;

/**
 * `unavailable` while the data folder is not in its place, the disk has less free space than required, or too many
 * files are open.
 */
export async function roomRefusal({
  freeBytes,
  storageProblem,
  limits,
  descriptors,
}: RoomContext): Promise<AppError | undefined> {
  const [problem, bytes] = await Promise.all([storageProblem?.(), freeBytes()]);
  if (problem !== undefined) return new AppError('unavailable', problem, { retryAfterS: RETRY_AFTER_S });
  const crowded = descriptors === undefined ? undefined : descriptorProblem(descriptors());
  return crowded ?? diskProblem(bytes, limits.diskReserveBytes);
}

/** Why the actor cannot run the script now, for its page; empty if nothing prevents it, or the script is broken. */
export async function offReason(
  ctx: Parameters<typeof runBlockedReason>[0],
  actor: Actor,
  { script, missing }: { readonly script: Script; readonly missing?: ScriptProblem | undefined },
): Promise<string> {
  if (script.state !== 'ready') return '';
  const refusal = refusalOf(actor, { type: 'run-script', script: script.name, isDraft: script.isDraft === true });
  return refusal ?? runBlockedReason(ctx, missing);
}

/** What prevents a script from being run now, by anybody; empty if nothing does. */
export async function runBlockedReason(
  ctx: Pick<AppContext, 'kernels' | 'stopping'> & RoomContext,
  missing?: ScriptProblem,
): Promise<string> {
  const refusal = runRefusal(ctx) ?? (await roomRefusal(ctx));
  return refusal?.message ?? (missing === undefined ? '' : problemText(missing));
}
