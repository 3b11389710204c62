/** Reads the audit, and verifies that nobody has changed it. For operators. */
import { authorize, type Actor } from '../../domain/access/access.ts';
import type { AuditEntry, AuditQuery, AuditStore } from '../../domain/audit.ts';
import { chainProblem, chainStart, type ChainStart } from '../../domain/audit-chain.ts';

const PAGE_LIMIT = 1_000;
/** Entries that are read at once. */
const AT_ONCE = 500;

export interface AuditContext {
  readonly auditStore: Pick<AuditStore, 'list' | 'read' | 'bounds' | 'hashOf'>;
}

/** Newest first; `next`: the query's `before` for the page behind. Throws `forbidden`. */
export async function listAudit(
  { auditStore }: AuditContext,
  actor: Actor,
  query: AuditQuery,
): Promise<{ readonly entries: readonly AuditEntry[]; readonly next?: number }> {
  authorize(actor, { type: 'administer' });
  const limit = Math.min(Math.max(Math.trunc(query.limit), 1), PAGE_LIMIT);
  const found = await auditStore.list({ ...query, limit: limit + 1 });
  const entries = found.slice(0, limit);
  const last = entries.at(-1);
  return found.length > limit && last !== undefined ? { entries, next: last.number } : { entries };
}

/** All that match, newest first, piece by piece. Throws `forbidden`. */
export async function* exportAudit(
  ctx: AuditContext,
  actor: Actor,
  query: Omit<AuditQuery, 'limit' | 'before'>,
): AsyncGenerator<readonly AuditEntry[]> {
  for (let before: number | undefined = Infinity; before !== undefined;) {
    const cursor: Pick<AuditQuery, 'before'> = Number.isFinite(before) ? { before } : {};
    const { entries, next } = await listAudit(ctx, actor, { ...query, ...cursor, limit: AT_ONCE });
    yield entries;
    before = next;
  }
}

export interface AuditFinding {
  /** Entries that were verified. */
  readonly count: number;
  /** The newest one that is as it was written. */
  readonly last?: ChainStart;
  /** What is wrong, as a sentence; absent: nothing. */
  readonly problem?: string;
}

/**
 * Verifies the chain from its beginning, or the newest `most` entries, whose first is then trusted. Throws `forbidden`.
 */
export async function verifyAudit({ auditStore }: AuditContext, actor: Actor, most = Infinity): Promise<AuditFinding> {
  authorize(actor, { type: 'administer' });
  const bounds = await auditStore.bounds();
  const [shortened] = await auditStore.list({ action: 'audit-shortened', limit: 1 });
  let before = chainStart(shortened);
  if (bounds === undefined) return { count: 0 };
  if (bounds.last - before.number > most) before = await trusted(auditStore, bounds.last - most);
  let count = 0;
  for (;;) {
    const entries = await auditStore.read(before.number, AT_ONCE);
    for (const entry of entries) {
      const problem = chainProblem(before, entry, auditStore.hashOf);
      if (problem !== undefined) return { count, problem, ...(count === 0 ? {} : { last: before }) };
      before = { number: entry.number, hash: entry.hash };
      count += 1;
    }
    if (entries.length < AT_ONCE) return { count, last: before };
  }
}

async function trusted(store: AuditContext['auditStore'], number: number): Promise<ChainStart> {
  const [entry] = await store.read(number - 1, 1);
  return { number: entry?.number ?? number, hash: entry?.hash ?? '' };
}
