/** Reads runs: one, a page of them, and what the catalogue shows. */
import { sql } from 'kysely';
import { AppError } from '../domain/error.ts';
import type { RunQuery, RunStore } from '../domain/run/run-store.ts';
import type { Run } from '../domain/run/run.ts';
import { FINAL_STATUSES } from '../domain/run/run.ts';
import { previewColumns, readPreview } from './run-preview.ts';
import { readRow } from './run-row.ts';
import type { StoreContext } from './store-context.ts';

/** How many of a script's last successful runs determine its usual duration. */
const USUAL_RUNS = 15;

export function runFind(context: StoreContext): Pick<RunStore, 'find' | 'status' | 'list' | 'latest' | 'usualMs'> {
  const { db } = context.engine;
  return {
    async find(id) {
      const row = await db.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst();
      return row === undefined ? undefined : readRow(row, context);
    },
    async status(id) {
      const row = await db.selectFrom('runs').select('status').where('id', '=', id).executeTakeFirst();
      return row?.status;
    },
    async list(query) {
      const rows = await pageOf(db, query).execute();
      const items = rows.slice(0, query.limit).map((row) => readPreview(row, context));
      const last = rows[query.limit - 1];
      return rows.length > query.limit && last !== undefined ? { items, next: last.number.toString(36) } : { items };
    },
    async latest(script) {
      const newest = scripts(db, script)
        .selectFrom('scripts')
        .where('scripts.script', 'is not', null)
        .select(({ selectFrom }) =>
          selectFrom('runs')
            .select('number')
            .whereRef('runs.script', '=', 'scripts.script')
            .where('status', 'in', FINAL_STATUSES)
            .where('deleted_at_ms', 'is', null)
            .orderBy('number', 'desc')
            .limit(1)
            .as('number'),
        );
      const runs = db.selectFrom('runs').where('number', 'in', newest);
      if (script !== undefined) {
        const rows = await runs.selectAll().execute();
        return new Map(rows.map((row): [string, Run] => [row.script, readRow(row, context)]));
      }
      const rows = await runs.select(previewColumns).execute();
      return new Map(rows.map((row): [string, Run] => [row.script, readPreview(row, context)]));
    },
    usualMs: (script) => usualMs(context.engine, script),
  };
}

function pageOf(db: StoreContext['engine']['db'], query: RunQuery) {
  let rows = db
    .selectFrom('runs')
    .select(previewColumns)
    .orderBy('number', 'desc')
    .limit(query.limit + 1);
  if (query.script !== undefined) rows = rows.where('script', '=', query.script);
  if (query.status !== undefined) rows = rows.where('status', 'in', query.status);
  if (query.by !== undefined) rows = rows.where('submitted_by', '=', query.by);
  if (query.sinceMs !== undefined) rows = rows.where('created_at_ms', '>=', query.sinceMs);
  if (query.untilMs !== undefined) rows = rows.where('created_at_ms', '<', query.untilMs);
  if (query.withDeleted !== true) rows = rows.where('deleted_at_ms', 'is', null);
  return query.cursor === undefined ? rows : rows.where('number', '<', readCursor(query.cursor));
}

function readCursor(cursor: string): number {
  if (!/^[0-9a-z]{1,10}$/.test(cursor))
    throw new AppError('invalid', 'This page address is not valid. Start from the first page.');
  return Number.parseInt(cursor, 36);
}

/**
 * The names of all scripts that ever ran, by skipping over the index from each to the next: reading the whole index
 * takes longer with each run. Or only the requested one.
 */
function scripts(db: StoreContext['engine']['db'], only?: string) {
  return db.withRecursive('scripts(script)', (leaps) => {
    if (only !== undefined) return leaps.selectNoFrom(sql<string | null>`${only}`.as('script'));
    return leaps
      .selectFrom('runs')
      .select(({ fn }) => fn.min<string | null>('script').as('script'))
      .unionAll(
        leaps
          .selectFrom('scripts')
          .where('scripts.script', 'is not', null)
          .select(({ selectFrom }) =>
            selectFrom('runs')
              .select(({ fn }) => fn.min('runs.script').as('script'))
              .whereRef('runs.script', '>', 'scripts.script')
              .as('script'),
          ),
      );
  });
}

const TOOK = sql<number>`ended_at_ms - started_at_ms`.as('ms');

async function usualMs(engine: StoreContext['engine'], script?: string): Promise<ReadonlyMap<string, number>> {
  const rows = await (engine.joinsLateral ? lastJoined(engine, script) : lastSelected(engine, script));
  const spans = Map.groupBy(rows, (row) => row.script ?? '');
  return new Map([...spans].map(([name, own]) => [name, own[Math.floor(own.length / 2)]?.ms ?? 0]));
}

/** The last runs of each script through the index: a window over all runs would read the whole table. */
function lastJoined({ db }: StoreContext['engine'], script?: string) {
  return scripts(db, script)
    .selectFrom('scripts')
    .innerJoinLateral(
      ({ selectFrom }) =>
        selectFrom('runs')
          .select(TOOK)
          .whereRef('runs.script', '=', 'scripts.script')
          .where('status', '=', 'succeeded')
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
function lastSelected({ db }: StoreContext['engine'], script?: string) {
  return scripts(db, script)
    .selectFrom('scripts')
    .innerJoin('runs', (join) =>
      join.on(({ eb, selectFrom }) =>
        eb(
          'runs.number',
          'in',
          selectFrom('runs as own')
            .select('own.number')
            .whereRef('own.script', '=', 'scripts.script')
            .where('own.status', '=', 'succeeded')
            .orderBy('own.number', 'desc')
            .limit(USUAL_RUNS),
        ),
      ),
    )
    .select(['scripts.script as script', TOOK])
    .orderBy('ms')
    .execute();
}
