/**
 * Adds entries to the chain of the audit, one process at a time. The hash of an entry is the SHA-256, in hexadecimal
 * digits, of the UTF-8 bytes of: the hash of the entry before (64 zeros before the first), a line feed, the entry's
 * canonical text.
 */
import { hash } from 'node:crypto';
import type { Transaction } from 'kysely';
import { NO_HASH } from '../domain/audit-chain.ts';
import { auditBody, type AuditEntry, type AuditRecord } from '../domain/audit.ts';
import type { Engine } from './engine/engine.ts';
import type { Tables } from './schema.ts';

/** Rows per statement: far below every engine's limit on bound values. */
const ROWS_PER_STATEMENT = 500;

export function chainHash(before: string, body: string): string {
  return hash('sha256', `${before}\n${body}`);
}

/** The last lock that a transaction takes: whoever holds it waits for no other. */
export async function appendAudit(
  engine: Engine,
  db: Transaction<Tables>,
  records: readonly AuditRecord[],
): Promise<readonly AuditEntry[]> {
  await engine.lock(db, 'audit');
  const last = await db
    .selectFrom('audit')
    .select(['number', 'hash'])
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  let { number, hash: before } = last ?? { number: 0, hash: NO_HASH };
  const entries = records.map((record): AuditEntry => {
    number += 1;
    const body = auditBody(number, record);
    before = chainHash(before, body);
    return { ...record, number, body, hash: before };
  });
  for (let at = 0; at < entries.length; at += ROWS_PER_STATEMENT)
    await db
      .insertInto('audit')
      .values(entries.slice(at, at + ROWS_PER_STATEMENT).map(rowOf))
      .execute();
  return entries;
}

/** Whether an earlier execution of the transaction that wrote them was committed. */
export async function isAppended(db: Transaction<Tables>, entries: readonly AuditEntry[]): Promise<boolean> {
  const [first] = entries;
  if (first === undefined) return false;
  const found = await db.selectFrom('audit').select('hash').where('number', '=', first.number).executeTakeFirst();
  return found?.hash === first.hash;
}

/** Columns beside the canonical text are for finding entries. */
function rowOf({ number, atMs, action, actor, script, run, address, body, hash: own }: AuditEntry) {
  const about = { script: script ?? null, run: run ?? null, address: address ?? null };
  return { number, at_ms: atMs, action, actor, ...about, body, hash: own };
}
