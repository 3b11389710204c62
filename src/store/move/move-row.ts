/** Copies the rows of tables in batches; each is one transaction, with the mark of how far the move has come. */
import { sql } from 'kysely';
import type { Engine } from '../engine/engine.ts';
import { findMark, writeMark, type Mark } from './move-mark.ts';
import type { MoveKey, MoveRow, MoveSource } from './move-source.ts';
import { MOVED_TABLES, type MovedTable } from './move-table.ts';

/** Of one batch, whichever comes first. */
const ROWS_AT_ONCE = 1_000;
const TEXT_AT_ONCE = 4_000_000;
/** A database that is away for longer ends the command, which continues later. */
const PATIENCE_MS = 30_000;

export interface StoredRow {
  readonly row: MoveRow;
  /** Whether a value had to be changed. */
  readonly isChanged: boolean;
}

/**
 * The row as PostgreSQL can store it, and as a server would have stored it there: texts have no character NUL and no
 * half of a surrogate pair (within JSON they are escaped, and stay), numbers are whole.
 */
export function storedRow(row: MoveRow): StoredRow {
  let isChanged = false;
  const values = row.map((value) => {
    const stored =
      typeof value === 'string'
        ? value.replaceAll('\0', '').toWellFormed()
        : typeof value === 'number'
          ? Math.round(value)
          : value;
    isChanged ||= stored !== value;
    return stored;
  });
  return { row: values, isChanged };
}

export interface RowTarget {
  readonly engine: Engine;
  readonly mark: Mark;
  /** Called after each batch. */
  readonly progress: (table: string, done: number, total: number) => void;
}

/** Copies what is missing, and returns the mark then. Rows of an unfinished batch are not there. */
export async function copyRows(source: MoveSource, target: RowTarget): Promise<Mark> {
  let { mark } = target;
  for (const table of MOVED_TABLES) {
    const total = source.totals.rows[table.name] ?? 0;
    const columns = source.columns(table);
    const at = table.key.map((name) => columns.indexOf(name));
    // what a new database has by itself
    let isFirst = mark.state.rows[table.name] === undefined;
    const after = mark.state.rows[table.name];
    let done = after === undefined ? 0 : source.countUntil(table, after);
    for (const rows of batchesOf(source.rows(table, after))) {
      const last = rows.at(-1) ?? [];
      const key = at.map((index) => last[index] ?? '') as MoveKey;
      const next: Mark = { ...mark, state: { ...mark.state, rows: { ...mark.state.rows, [table.name]: key } } };
      await storeBatch(target.engine, { table, columns, rows, isFirst, next });
      [mark, isFirst] = [next, false];
      target.progress(table.name, (done += rows.length), total);
    }
    if (isFirst)
      await target.engine.transaction((db) => db.deleteFrom(table.name).execute(), { patienceMs: PATIENCE_MS });
  }
  return mark;
}

function* batchesOf(rows: Iterable<MoveRow>): Generator<readonly MoveRow[]> {
  let batch: MoveRow[] = [];
  let length = 0;
  for (const row of rows) {
    batch.push(storedRow(row).row);
    for (const value of row) length += typeof value === 'string' ? value.length : 8;
    if (batch.length < ROWS_AT_ONCE && length < TEXT_AT_ONCE) continue;
    yield batch;
    [batch, length] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}

interface Batch {
  readonly table: MovedTable;
  readonly columns: readonly string[];
  readonly rows: readonly MoveRow[];
  readonly isFirst: boolean;
  readonly next: Mark;
}

async function storeBatch(engine: Engine, { table, columns, rows, isFirst, next }: Batch): Promise<void> {
  const text = JSON.stringify(
    rows.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index] ?? null]))),
  );
  const names = sql.join(columns.map((name) => sql.ref(name)));
  const name = sql.table(table.name);
  await engine.transaction(
    async (db, mayBeDone) => {
      const key = JSON.stringify(next.state.rows[table.name]);
      if (mayBeDone && JSON.stringify((await findMark(db))?.state.rows[table.name]) === key) return;
      if (isFirst) await sql`delete from ${name}`.execute(db);
      await sql`insert into ${name} (${names}) overriding system value
      select ${names} from json_populate_recordset(null::${name}, ${text}::json)`.execute(db);
      await writeMark(db, next);
    },
    { patienceMs: PATIENCE_MS },
  );
}
