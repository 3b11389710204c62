/** What retention chooses from, with sizes. Queries stay inside one index, long ones are done piece by piece. */
import { setImmediate as otherWork } from 'node:timers/promises';
import { sql } from 'kysely';
import type { ExpressionBuilder } from 'kysely';
import type { RetentionStore } from '../../domain/retention/retention-store.ts';
import type { Tables } from '../schema.ts';
import type { StoreContext } from '../store-context.ts';

type UsageStore = Pick<RetentionStore, 'scriptBlobBytes' | 'candidates'>;

const ROWS_AT_ONCE = 2000;
/** Databases have no infinite number. */
const FOREVER_MS = 1e14;

/** Must be written exactly like the condition of the index: otherwise an engine does not use it. */
export function mayGo({ and, eb }: ExpressionBuilder<Tables, 'runs'>) {
  return and([
    eb('runs.pinned', '=', sql.lit(0)),
    eb('runs.deleted_at_ms', 'is', null),
    eb('runs.ended_at_ms', 'is not', null),
  ]);
}

export function runUsage(context: StoreContext): UsageStore {
  return {
    scriptBlobBytes: (script) => scriptBlobBytes(context, script),
    candidates: (query) => candidates(context, query),
  };
}

async function scriptBlobBytes({ engine: { db } }: StoreContext, script: string): Promise<number> {
  let total = 0;
  for (let after = 0; ;) {
    const rows = await db
      .selectFrom('runs')
      .select('number')
      .where(mayGo)
      .where('script', '=', script)
      .where('number', '>', after)
      .orderBy('number')
      .limit(ROWS_AT_ONCE)
      .execute();
    if (rows.length === 0) return total;
    const { bytes } = await db
      .selectFrom('run_blobs')
      .innerJoin('blobs', 'blobs.hash', 'run_blobs.hash')
      .select(sql<number>`sum(blobs.size_bytes * 1.0 / blobs.owners)`.as('bytes'))
      .where(
        'run_number',
        'in',
        rows.map(({ number }) => number),
      )
      .executeTakeFirstOrThrow();
    total += Number(bytes ?? 0);
    after = rows.at(-1)?.number ?? after;
    await otherWork();
  }
}

async function candidates(
  context: StoreContext,
  { scripts, after, limit }: Parameters<UsageStore['candidates']>[0],
): ReturnType<UsageStore['candidates']> {
  const { db } = context.engine;
  const expiry = await expiryOf(context);
  let query = db.selectFrom('runs').select('number').where(mayGo);
  if (scripts !== undefined) query = query.where('script', 'in', scripts);
  if (after !== undefined)
    query = query.where(sql<boolean>`(${expiry}, number) > (${after.expiresAtMs}, ${after.number})`);
  const chosen = query.orderBy(expiry).orderBy('number').limit(limit);
  const rows = await db
    .selectFrom('runs')
    .select(['number', 'id', 'script', 'title', 'log_bytes', 'ended_at_ms', expiry.as('expires_at_ms')])
    .where('number', 'in', chosen)
    .orderBy(expiry)
    .orderBy('number')
    .execute();
  const blobs = await blobsOf(
    context,
    rows.map(({ number }) => number),
  );
  return rows.map((row) => ({
    number: row.number,
    id: row.id,
    script: row.script,
    title: row.title,
    endedAtMs: row.ended_at_ms ?? 0,
    expiresAtMs: row.expires_at_ms,
    logBytes: row.log_bytes,
    blobs: blobs.get(row.number) ?? [],
  }));
}

/** When a row's report expires; see `readRow`. */
async function expiryOf({ engine: { db, texts }, retainMs, ruleMs }: StoreContext) {
  const usual = sql`coalesce(retain_ms, ${Math.min(retainMs, FOREVER_MS)})`;
  const names =
    ruleMs === undefined ? [] : await db.selectFrom('runs').select('script').distinct().where(mayGo).execute();
  const byMs = Map.groupBy(names, ({ script }) => ruleMs?.(script));
  const ruled = [...byMs].flatMap(([ms, some]) =>
    ms === undefined ? [] : [sql`when script in ${texts(some.map(({ script }) => script))} then ${ms}`],
  );
  return ruled.length === 0
    ? sql<number>`ended_at_ms + ${usual}`
    : sql<number>`ended_at_ms + case ${sql.join(ruled, sql` `)} else ${usual} end`;
}

async function blobsOf({ engine: { db } }: StoreContext, runNumbers: readonly number[]) {
  const owned = new Map<number, { hash: string; sizeBytes: number; owners: number }[]>();
  if (runNumbers.length === 0) return owned;
  const rows = await db
    .selectFrom('run_blobs')
    .innerJoin('blobs', 'blobs.hash', 'run_blobs.hash')
    .select(['run_number', 'blobs.hash', 'blobs.size_bytes', 'blobs.owners'])
    .where('run_number', 'in', runNumbers)
    .execute();
  for (const { run_number, hash, size_bytes, owners } of rows) {
    const list = owned.get(run_number) ?? [];
    list.push({ hash, sizeBytes: size_bytes, owners });
    owned.set(run_number, list);
  }
  return owned;
}
