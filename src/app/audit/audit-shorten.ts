/** Deletes the oldest entries of the audit. */
import { SERVER } from '../../domain/access/access.ts';
import { auditRecord } from '../../domain/audit.ts';
import { DAY_MS } from '../../domain/milliseconds.ts';
import type { AppContext } from '../context.ts';
import { expiryNow, type ClockContext } from '../retention/retention-clock.ts';

/** The number of entries that are kept at most, whatever their age: some gigabytes. */
export const MOST_ENTRIES = 5_000_000;

export type AuditShortening = Pick<AppContext, 'auditStore' | 'auditKeptMs' | 'now' | 'log'> &
  Pick<ClockContext, 'runs'>;

/** Whole days, so that the audit says so once a day. */
export async function shortenAudit(ctx: AuditShortening): Promise<void> {
  const { auditStore, auditKeptMs, now, log } = ctx;
  if (auditStore === undefined || auditKeptMs === undefined) return;
  const beforeMs = Math.floor(((await expiryNow(ctx)) - auditKeptMs) / DAY_MS) * DAY_MS;
  const bounds = await auditStore.bounds();
  if (bounds === undefined) return;
  const count = bounds.last - bounds.first + 1;
  const isOver = count > MOST_ENTRIES;
  if (isOver) log.warn({ count, most: MOST_ENTRIES }, 'The audit has too many entries; the oldest are deleted');
  const record = auditRecord(SERVER, { action: 'audit-shortened' }, now());
  // some more, so that it does not happen again at once
  const most = isOver ? MOST_ENTRIES * 0.98 : MOST_ENTRIES;
  const entries = await auditStore.shorten({ beforeMs, most, record });
  if (entries > 0) log.info({ entries }, 'Old entries of the audit were deleted');
}
