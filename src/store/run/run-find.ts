/** Reads runs: one, and what the catalogue shows. */
import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { RunStore } from '../../domain/run/run-store.ts';
import type { Run } from '../../domain/run/run.ts';
import { previewColumns, readPreview } from './run-preview.ts';
import { readRow } from './run-row.ts';
import type { StoreContext } from '../store-context.ts';

/** How many of a script's last successful runs determine its usual duration. */
const USUAL_RUNS = 15;

export function runFind(context: StoreContext): Pick<RunStore, 'find' | 'status' | 'latest' | 'usualMs'> {
  const { engine } = context;
  const { db } = engine;
  return {
    async find(id) {
      const row = await db.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : readRow(row, context);
    },
    async status(id) {
      const row = await db.selectFrom('runs').select('status').where('id', '=', id).executeTakeFirst();
      return row?.status;
    },
    async latest(names) {
      if (names.length === 0) return new Map();
      const newest = scripts(engine, names)
        .selectFrom('scripts')
        .select(({ selectFrom }) =>
          selectFrom('runs')
            .select('number')
            .where(inIndex('script'))
            .where('ended_at_ms', 'is not', null)
            .where('deleted_at_ms', 'is', null)
            .orderBy('script', 'desc')
            .orderBy('number', 'desc')
            .limit(1)
            .as('number'),
        );
      const rows = await db.selectFrom('runs').where('number', 'in', newest).select(previewColumns).execute();
      return new Map(rows.map((row): [string, Run] => [row.script, readPreview(row, context)]));
    },
    usualMs: async (names) => (names.length === 0 ? new Map() : usualMs(engine, names)),
  };
}

/** A table with these names. */
function scripts({ db, texts }: StoreContext['engine'], names: readonly string[]) {
  return db.with('scripts(script)', () => sql<{ script: string }>`${texts(names)}`);
}

/**
 * The runs of the script, or its successful ones, in the order of the index with these columns and the number. With
 * plain equality PostgreSQL may read all runs by their number instead: it expects those of each script everywhere.
 */
function inIndex(...columns: readonly ('script' | 'status')[]): RawBuilder<SqlBool> {
  const names = sql.join(columns.map((name) => sql.ref(name)));
  const values = sql.join(
    columns.map((name) => (name === 'script' ? sql.ref('scripts.script') : sql.lit('succeeded'))),
  );
  return sql`(${names}, number) >= (${values}, 0) and (${names}, number) <= (${values}, ${sql.lit(2 ** 53)})`;
}

const TOOK = sql<number>`ended_at_ms - started_at_ms`.as('ms');

async function usualMs(engine: StoreContext['engine'], names: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const rows = await (engine.joinsLateral ? lastJoined(engine, names) : lastSelected(engine, names));
  const spans = Map.groupBy(rows, (row) => row.script ?? '');
  return new Map([...spans].map(([name, own]) => [name, own[Math.floor(own.length / 2)]?.ms ?? 0]));
}

/** The last runs of each script through the index: a window over all runs would read the whole table. */
function lastJoined(engine: StoreContext['engine'], names: readonly string[]) {
  return scripts(engine, names)
    .selectFrom('scripts')
    .innerJoinLateral(
      ({ selectFrom }) =>
        selectFrom('runs')
          .select(TOOK)
          .where(inIndex('script', 'status'))
          .orderBy('script', 'desc')
          .orderBy('status', 'desc')
          .orderBy('number', 'desc')
          .limit(USUAL_RUNS)
          .as('own'),
      (join) => join.onTrue(),
    )
    .select(['scripts.script as script', 'own.ms as ms'])
    .orderBy('ms')
    .execute();
}

/** The same for SQLite, which uses the index here; PostgreSQL would compare each script with all runs. */
function lastSelected(engine: StoreContext['engine'], names: readonly string[]) {
  return scripts(engine, names)
    .selectFrom('scripts')
    .innerJoin('runs', (join) =>
      join.on(({ eb, selectFrom }) =>
        eb(
          'runs.number',
          'in',
          selectFrom('runs as own')
            .select('own.number')
            .where(inIndex('script', 'status'))
            .orderBy('own.script', 'desc')
            .orderBy('own.status', 'desc')
            .orderBy('own.number', 'desc')
            .limit(USUAL_RUNS),
        ),
      ),
    )
    .select(['scripts.script as script', TOOK])
    .orderBy('ms')
    .execute();
}
