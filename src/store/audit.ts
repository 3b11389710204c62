/** The audit in the database, on every engine. */
import { setImmediate as otherWork } from 'node:timers/promises';
import type { ExpressionBuilder, Selectable, Transaction } from 'kysely';
import { diskFull } from '../domain/disk.ts';
import { AppError } from '../domain/error.ts';
import type { AuditEntry, AuditQuery, AuditRecord, AuditStore } from '../domain/audit.ts';
import { parseExactJson } from '../domain/text/json-exact.ts';
import { appendAudit, chainHash, isAppended } from './audit-chain.ts';
import type { Engine } from './engine/engine.ts';
import type { AuditTable } from './schema-people.ts';
import type { Tables } from './schema.ts';

/** Entries that wait for the transaction before theirs; more are refused. */
const MOST_WAITING = 10_000;
/** Of one transaction. */
const AT_ONCE = 500;
const DELETED_AT_ONCE = 5_000;

export interface AuditStoreContext {
  readonly engine: Engine;
  /** Called with entries that have been committed, in the order of their numbers. */
  readonly onAudited?: ((entries: readonly AuditEntry[]) => void) | undefined;
}

export function createAuditStore(context: AuditStoreContext): AuditStore {
  return { add: createBatches(context), hashOf: chainHash, ...readers(context.engine), ...shortening(context) };
}

interface Waiting {
  readonly record: AuditRecord;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** One transaction at a time; what arrives meanwhile shares the next one. */
function createBatches({ engine, onAudited }: AuditStoreContext): AuditStore['add'] {
  let waiting: Waiting[] = [];
  let isWriting = false;

  async function write(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, AT_ONCE);
      waiting = waiting.slice(AT_ONCE);
      try {
        const records = batch.map(({ record }) => record);
        const entries = await chained(engine, async (db) => appendAudit(engine, db, records));
        onAudited?.(entries);
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(engine.isFull(error) ? diskFull(error) : error);
      }
    }
    isWriting = false;
  }

  return (record) => {
    if (waiting.length >= MOST_WAITING)
      return Promise.reject(new AppError('unavailable', 'Too much waits for being recorded. Try again in a moment.'));
    return new Promise((resolve, reject) => {
      waiting.push({ record, resolve, reject });
      if (isWriting) return;
      isWriting = true;
      void write();
    });
  };
}

/** A transaction that appends; executed again, it does not append twice. */
function chained(
  engine: Engine,
  work: (db: Transaction<Tables>) => Promise<readonly AuditEntry[]>,
): Promise<readonly AuditEntry[]> {
  let tried: readonly AuditEntry[] = [];
  return engine.transaction(async (db, mayBeDone) => {
    if (mayBeDone && (await isAppended(db, tried))) return tried;
    tried = await work(db);
    return tried;
  });
}

function readers({ db }: Engine): Pick<AuditStore, 'list' | 'read' | 'bounds'> {
  return {
    async list(query) {
      const rows = await db
        .selectFrom('audit')
        .selectAll()
        .where((eb) => matching(eb, query))
        .orderBy('number', 'desc')
        .limit(query.limit)
        .execute();
      return rows.map(readRow);
    },
    async read(afterNumber, limit) {
      const rows = await db
        .selectFrom('audit')
        .selectAll()
        .where('number', '>', afterNumber)
        .orderBy('number')
        .limit(limit)
        .execute();
      return rows.map(readRow);
    },
    async bounds() {
      const { first, last } = await db
        .selectFrom('audit')
        .select(({ fn }) => [fn.min('number').as('first'), fn.max('number').as('last')])
        .executeTakeFirstOrThrow();
      return first === null ? undefined : { first: Number(first), last: Number(last) };
    },
  };
}

function matching(eb: ExpressionBuilder<Tables, 'audit'>, query: AuditQuery) {
  const equal = (['actor', 'action', 'script', 'run', 'address'] as const).flatMap((column) => {
    const value = query[column];
    return value === undefined ? [] : [eb(column, '=', value)];
  });
  return eb.and([
    ...equal,
    ...(query.sinceMs === undefined ? [] : [eb('at_ms', '>=', query.sinceMs)]),
    ...(query.untilMs === undefined ? [] : [eb('at_ms', '<', query.untilMs)]),
    ...(query.before === undefined ? [] : [eb('number', '<', query.before)]),
  ]);
}

/** As its canonical text says; where a column says something else, somebody has changed it. */
function readRow({ number, body, hash, ...columns }: Selectable<AuditTable>): AuditEntry {
  const { at, ...rest } = readBody(body);
  const entry = { ...rest, atMs: Date.parse(at), number, body, hash };
  const { atMs, action, actor, script, run, address } = entry;
  const isSame =
    columns.at_ms === atMs &&
    columns.action === action &&
    columns.actor === actor &&
    columns.script === (script ?? null) &&
    columns.run === (run ?? null) &&
    columns.address === (address ?? null) &&
    rest.number === number;
  return isSame ? entry : { ...entry, isAltered: true };
}

/** Whatever somebody may have put there. */
function readBody(body: string): AuditRecord & { readonly number: number; readonly at: string } {
  try {
    return parseExactJson(body) as unknown as ReturnType<typeof readBody>;
  } catch {
    return { number: 0, at: '', atMs: 0, action: 'saw', actor: '' };
  }
}

/** A crash leaves entries that are to be deleted; the next call deletes them. */
function shortening({ engine, onAudited }: AuditStoreContext): Pick<AuditStore, 'shorten'> {
  return {
    async shorten({ beforeMs, most, record }) {
      let through = 0;
      const entries = await chained(engine, async (db) => {
        await engine.lock(db, 'audit');
        const last = await lastExpired(db, beforeMs, most);
        if (last === undefined) return [];
        through = last.number;
        const details = { ...record.details, through: last.number, hash: last.hash };
        return appendAudit(engine, db, [{ ...record, details }]);
      });
      onAudited?.(entries);
      return through === 0 ? 0 : deleteThrough(engine, through);
    },
  };
}

async function lastExpired(db: Transaction<Tables>, beforeMs: number, most: number) {
  const { first, last } = await db
    .selectFrom('audit')
    .select(({ fn }) => [fn.min('number').as('first'), fn.max('number').as('last')])
    .executeTakeFirstOrThrow();
  if (first === null) return undefined;
  // by number, not by time: the clock may have been wrong meanwhile
  const kept = await db
    .selectFrom('audit')
    .select('number')
    .where('at_ms', '>=', beforeMs)
    .orderBy('number')
    .limit(1)
    .executeTakeFirst();
  const through = Math.max(kept === undefined ? Number(last) : kept.number - 1, Number(last) - most);
  if (through < Number(first)) return undefined;
  return db.selectFrom('audit').select(['number', 'hash']).where('number', '=', through).executeTakeFirst();
}

async function deleteThrough({ db }: Engine, through: number): Promise<number> {
  const { first } = await db
    .selectFrom('audit')
    .select(({ fn }) => fn.min('number').as('first'))
    .executeTakeFirstOrThrow();
  for (let at = Number(first); at <= through; at += DELETED_AT_ONCE) {
    const next = Math.min(at + DELETED_AT_ONCE, through + 1);
    await db.deleteFrom('audit').where('number', '<', next).execute();
    await otherWork();
  }
  return through - Number(first) + 1;
}
