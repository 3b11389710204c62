/** Records requests that were refused: a bounded number of entries, however many come and from wherever. */
import { type Actor, SERVER } from '../../domain/access/access.ts';
import type { Audit, AuditEvent } from '../../domain/audit.ts';
import { HOUR_MS } from '../../domain/milliseconds.ts';
import type { AppContext } from '../context.ts';
import { recordOnce } from './audit-once.ts';

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
  if (audit === undefined) return;
  const hour = hourOf(audit, ctx.now());
  let isFirstBeyond = false;
  const mayBe = () => {
    hour.count += 1;
    isFirstBeyond = hour.count === MOST_REFUSALS + 1;
    return hour.count <= MOST_REFUSALS;
  };
  await recordOnce(ctx, actor, event, { about: `${what} ${place}`, mayBe });
  if (!isFirstBeyond) return;
  const more: AuditEvent = { action: 'refused', details: { what: 'more', most: MOST_REFUSALS } };
  await recordOnce(ctx, SERVER, more, { about: 'more' });
}

function hourOf(audit: Audit, nowMs: number): { count: number } {
  const before = hours.get(audit);
  if (before !== undefined && Math.abs(nowMs - before.beginMs) < HOUR_MS) return before;
  const hour = { beginMs: nowMs, count: 0 };
  hours.set(audit, hour);
  return hour;
}
