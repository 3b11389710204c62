/** Records who sees and downloads reports: once in a while for each person and report, not for each request. */
import type { Actor } from '../../domain/access/access.ts';
import type { AuditEvent } from '../../domain/audit.ts';
import { HOUR_MS, MINUTE_MS } from '../../domain/milliseconds.ts';
import { runAbout, type AppContext } from '../context.ts';
import { readRun } from '../run/run-read.ts';

/** What is repeated within this time is recorded once. */
const AGAIN_MS = { saw: HOUR_MS, downloaded: MINUTE_MS, 'link-used': HOUR_MS } as const;
/** Looks that are remembered; beyond them, the oldest would be recorded again. */
const MOST_LOOKS = 10_000;

export interface Look {
  readonly action: keyof typeof AGAIN_MS;
  /** Id of the run. */
  readonly run: string;
  /** What was downloaded: the end of its address; or the id of the link. */
  readonly what?: string;
}

type LookContext = Pick<AppContext, 'audit' | 'runs' | 'now' | 'log'>;

export type NoteLook = (actor: Actor, look: Look) => Promise<void>;

/**
 * The look is stored when it settles. It never rejects: a report can be read also when nothing can be stored, and then
 * the look is in the log. Each process remembers by itself.
 */
export function createLookNotes(ctx: LookContext): NoteLook {
  const known = new Map<string, number>();
  return async (actor, { action, run: id, what }) => {
    const { audit } = ctx;
    if (audit === undefined) return;
    const key = JSON.stringify([action, actor.id, actor.origin?.address, id, what]);
    const nowMs = ctx.now();
    const beforeMs = known.get(key);
    if (beforeMs !== undefined && Math.abs(nowMs - beforeMs) < AGAIN_MS[action]) return;
    known.delete(key);
    known.set(key, nowMs);
    for (const oldest of known.keys()) {
      if (known.size <= MOST_LOOKS) break;
      known.delete(oldest);
    }
    try {
      const run = await readRun(ctx, actor, id);
      const event: AuditEvent = {
        action,
        script: run.script,
        run: id,
        ...(what === undefined ? {} : { details: { what } }),
      };
      await audit.record(actor, event).catch((error: unknown) => {
        ctx.log.error({ error, ...runAbout(run), action, by: actor.id }, 'This could not be recorded in the audit');
      });
    } catch {
      // deleted meanwhile, or the right was withdrawn: nothing is seen
    }
  };
}
