/** Compares what was moved with its source: number of rows, and SHA-256 of all rows in the order of their keys. */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { Engine } from '../engine/engine.ts';
import { storedRow } from './move-row.ts';
import type { MoveRow, MoveSource } from './move-source.ts';
import { MOVED_TABLES, type MovedTable } from './move-table.ts';

const ROWS_AT_ONCE = 200;

export interface TableCheck {
  readonly table: string;
  readonly source: TableSum;
  readonly target: TableSum;
  /** Rows of the source with characters or numbers that PostgreSQL cannot store. */
  readonly changed: number;
  readonly isSame: boolean;
}

interface TableSum {
  readonly rows: number;
  readonly hash: string;
}

/** `progress` is called for each table before it is read. */
export async function checkTables(
  source: MoveSource,
  engine: Engine,
  progress: (table: string) => void,
): Promise<readonly TableCheck[]> {
  const checks: TableCheck[] = [];
  for (const table of MOVED_TABLES) {
    progress(table.name);
    let changed = 0;
    const own = createSum();
    for (const each of source.rows(table)) {
      const { row, isChanged } = storedRow(each);
      if (isChanged) changed += 1;
      own.add(row);
    }
    const [here, there] = [own.end(), await sumOf(engine, table, source.columns(table))];
    const isSame = here.rows === there.rows && here.hash === there.hash;
    checks.push({ table: table.name, source: here, target: there, changed, isSame });
  }
  return checks;
}

function createSum() {
  const hash = createHash('sha256');
  let rows = 0;
  return {
    add(row: MoveRow) {
      rows += 1;
      hash.update(`${JSON.stringify(row)}\n`);
    },
    end: (): TableSum => ({ rows, hash: hash.digest('hex') }),
  };
}

/** By a cursor, so that few rows are in memory. Texts in the order of their bytes, as SQLite sorts them. */
async function sumOf(engine: Engine, { name, key }: MovedTable, columns: readonly string[]): Promise<TableSum> {
  const sum = createSum();
  const names = sql.join(columns.map((column) => sql.ref(column)));
  const texts = await textColumns(engine, name);
  const order = sql.join(
    key.map((column) => (texts.has(column) ? sql`${sql.ref(column)} collate "C"` : sql.ref(column))),
  );
  await engine.db.transaction().execute(async (db) => {
    await sql`declare moved no scroll cursor for select ${names} from ${sql.table(name)} order by ${order}`.execute(db);
    for (;;) {
      const { rows } = await sql<Record<string, string | number | null>>`
        fetch ${sql.lit(ROWS_AT_ONCE)} from moved`.execute(db);
      for (const row of rows) sum.add(columns.map((column) => row[column] ?? null));
      if (rows.length < ROWS_AT_ONCE) return;
    }
  });
  return sum.end();
}

async function textColumns({ db }: Engine, name: string): Promise<ReadonlySet<string>> {
  const tables = await db.introspection.getTables();
  const columns = tables.find((table) => table.name === name)?.columns ?? [];
  return new Set(columns.filter(({ dataType }) => dataType === 'text').map((column) => column.name));
}
