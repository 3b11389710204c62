/** Writes events into a run's log and projects them onto its row: the one place where the two change. */
import { sql, type RawBuilder, type Transaction } from 'kysely';
import { AppError } from '../domain/error.ts';
import { blobsOf } from '../domain/run/run-blob.ts';
import type { RunEvent, StoredEvent } from '../domain/run/run-event.ts';
import { EVENT_VERSION } from '../domain/run/run-event.ts';
import { projectRun } from '../domain/run/run-project.ts';
import { isFinal } from '../domain/run/run.ts';
import { parseExactJson } from '../domain/text/json-exact.ts';
import { addOwned } from './blob/blob-owner.ts';
import type { Engine } from './engine/engine.ts';
import type { RunRow } from './run/run-row.ts';
import { projectedColumns, readRow } from './run/run-row.ts';
import type { Tables } from './schema.ts';

/** Rows per statement: far below every engine's limit on bound values. */
const ROWS_PER_STATEMENT = 500;

/** The row, locked until the transaction ends. Throws `not-found`. */
export async function lockRow(engine: Engine, db: Transaction<Tables>, id: string): Promise<RunRow> {
  const query = db.selectFrom('runs').selectAll().where('id', '=', id);
  const row = await (engine.locksRows ? query.forUpdate() : query).executeTakeFirst();
  if (row === undefined) throw new AppError('not-found', 'There is no such report.');
  return row;
}

/** Events as they are in a log now. */
export interface Addition {
  readonly stored: readonly StoredEvent[];
  /** Their JSON, in the same order. */
  readonly bodies: readonly string[];
}

/** Adds events to the log of a locked, unfinished row. */
export async function writeEvents(
  db: Transaction<Tables>,
  row: RunRow,
  events: readonly RunEvent[],
  atMs: number,
): Promise<Addition> {
  if (isFinal(row.status)) throw new AppError('conflict', 'The run has ended.');
  const stored = events.map((event, index): StoredEvent => ({ seq: row.last_seq + index + 1, atMs, event }));
  const rows = stored.map(({ seq, event }) => ({
    run_number: row.number,
    seq,
    at_ms: atMs,
    version: EVENT_VERSION,
    body: JSON.stringify(event),
  }));
  for (let at = 0; at < rows.length; at += ROWS_PER_STATEMENT) {
    await db
      .insertInto('events')
      .values(rows.slice(at, at + ROWS_PER_STATEMENT))
      .execute();
  }
  await addOwned(db, row.number, events.flatMap(blobsOf));
  const before = readRow(projected(row, events), { retainMs: Infinity });
  const after = stored.reduce(projectRun, before);
  await db
    .updateTable('runs')
    .where('number', '=', row.number)
    .set({
      ...projectedColumns(before, after),
      last_seq: row.last_seq + stored.length,
      // an index has it: PostgreSQL would write all indexes for each output
      ...(isFinal(after.status) ? { log_bytes: logBytes(row) } : {}),
    })
    .execute();
  return { stored, bodies: rows.map(({ body }) => body) };
}

/** The event with the values of the run has exact numbers; the others are read the quick way. */
export function readEvent(body: string): RunEvent {
  return (body.startsWith('{"type":"run-queued"') ? parseExactJson(body) : JSON.parse(body)) as RunEvent;
}

function logBytes({ number }: RunRow): RawBuilder<number> {
  return sql`(select coalesce(sum(octet_length(body)), 0) from events where run_number = ${number})`;
}

/** The events as `writeEvents` has stored them after `afterSeq`; undefined if the log has others there, or none. */
export async function findEvents(
  db: Transaction<Tables>,
  row: RunRow,
  {
    afterSeq,
    events,
    atMs,
  }: { readonly afterSeq: number; readonly events: readonly RunEvent[]; readonly atMs: number },
): Promise<Addition | undefined> {
  if (row.last_seq < afterSeq + events.length) return undefined;
  const rows = await db
    .selectFrom('events')
    .select(['body', 'at_ms'])
    .where('run_number', '=', row.number)
    .where('seq', '>', afterSeq)
    .orderBy('seq')
    .limit(events.length)
    .execute();
  const isSame = rows.every(({ body, at_ms }, index) => at_ms === atMs && body === JSON.stringify(events[index]));
  if (!isSame || rows.length !== events.length) return undefined;
  return {
    stored: events.map((event, index) => ({ seq: afterSeq + index + 1, atMs, event })),
    bodies: rows.map(({ body }) => body),
  };
}

/** The row without the documents that these events do not change: they may be long. */
function projected(row: RunRow, events: readonly RunEvent[]): RunRow {
  const has = (type: RunEvent['type']) => events.some((event) => event.type === type);
  return {
    ...row,
    given: '{}',
    parameters: '{}',
    results: has('result-published') || has('run-requeued') ? row.results : '[]',
    artifacts: has('artifact-added') || has('artifact-removed') || has('run-requeued') ? row.artifacts : '[]',
  };
}
