/** Records requests that were refused: a bounded number of entries, however many come and from wherever. */
import { type Actor, SERVER } from '../../domain/access/access.ts';
import type { Audit, AuditEvent } from '../../domain/audit.ts';
import { HOUR_MS } from '../../domain/milliseconds.ts';
import type { AppContext } from '../context.ts';
import { recordOnce, wasRecorded } from './audit-once.ts';

/** Entries of an hour, in each process. */
export const MOST_REFUSALS = 200;

export interface Refusal {
  /** What was wrong: a host that is not this server's, another site, a notebook, a right, what is hidden, values. */
  readonly what: 'host' | 'origin' | 'notebook' | 'right' | 'hidden' | 'values';
  readonly script?: string;
  /** Of what is repeated, one entry an hour is for each person, address, kind and place. */
  readonly place?: string;
  /** Never values. */
  readonly details?: AuditEvent['details'];
}

const hours = new WeakMap<Audit, { readonly beginMs: number; count: number }>();

/** Settles when it is stored. Never rejects. */
export async function recordRefusal(
  ctx: Pick<AppContext, 'audit' | 'log' | 'now'>,
  actor: Actor,
  { what, script, place = '', details }: Refusal,
): Promise<void> {
  const { audit } = ctx;
  const event: AuditEvent = {
    action: 'refused',
    ...(script === undefined ? {} : { script }),
    details: { what, ...details },
  };
  const about = `${what} ${place}`;
  if (audit === undefined || wasRecorded(audit, actor, event, about)) return;
  const hour = hourOf(audit, ctx.now());
  hour.count += 1;
  if (hour.count <= MOST_REFUSALS) await recordOnce(ctx, actor, event, about);
  else if (hour.count === MOST_REFUSALS + 1)
    await recordOnce(ctx, SERVER, { action: 'refused', details: { what: 'more', most: MOST_REFUSALS } }, 'more');
}

function hourOf(audit: Audit, nowMs: number): { count: number } {
  const before = hours.get(audit);
  if (before !== undefined && Math.abs(nowMs - before.beginMs) < HOUR_MS) return before;
  const hour = { beginMs: nowMs, count: 0 };
  hours.set(audit, hour);
  return hour;
}
