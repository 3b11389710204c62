/** Reads a page of the runs that match a filter, newest first. */
import { setImmediate } from 'node:timers/promises';
import type { Expression, SqlBool } from 'kysely';
import { AppError } from '../../domain/error.ts';
import type { RunQuery, RunStore } from '../../domain/run/run-store.ts';
import type { RunStatus } from '../../domain/run/run.ts';
import { afterPeriods, beforePeriods } from './run-period.ts';
import { previewColumns, readPreview } from './run-preview.ts';
import { seenBy, sharedWith } from './run-sight.ts';
import type { StoreContext } from '../store-context.ts';

type Db = StoreContext['engine']['db'];

export function runList(context: StoreContext): Pick<RunStore, 'list'> {
  return {
    async list(query) {
      if ([query.status, query.script, query.sharedWith].some((each) => each?.length === 0)) return { items: [] };
      const rows = await readRows(context.engine, query);
      const items = rows.slice(0, query.limit).map((row) => readPreview(row, context));
      const last = rows[query.limit - 1];
      return rows.length > query.limit && last !== undefined ? { items, next: last.number.toString(36) } : { items };
    },
  };
}

/** Numbers at which one statement looks: where little may be seen, other work goes on between two. */
const WINDOW = 50_000;

/** The newest, one more than the page has. */
async function readRows(engine: StoreContext['engine'], query: RunQuery) {
  const { db } = engine;
  const cursor = query.cursor === undefined ? undefined : readCursor(query.cursor);
  // what is shared with somebody is seen, whatever else is
  const seen = query.sharedWith === undefined ? query.seenBy && seenBy(engine, query.seenBy) : undefined;
  if (seen === undefined) return pageOf(db, query, { below: cursor }).execute();
  const last = await db
    .selectFrom('runs')
    .select(({ fn }) => fn.max('number').as('number'))
    .executeTakeFirst();
  const rows: Awaited<ReturnType<ReturnType<typeof pageOf>['execute']>> = [];
  for (let below = cursor ?? Number(last?.number ?? 0) + 1; below > 1 && rows.length <= query.limit; below -= WINDOW) {
    rows.push(...(await pageOf(db, query, { below, from: below - WINDOW, seen }).execute()));
    await setImmediate();
  }
  return rows;
}

interface Part {
  readonly below?: number | undefined;
  readonly from?: number;
  readonly seen?: Expression<SqlBool>;
}

/** The numbers come from an index that has all filtered columns; only the rows of the page are read. */
function pageOf(db: Db, query: RunQuery, part: Part) {
  const statuses = query.status === undefined ? [undefined] : [...new Set(query.status)];
  const scripts = query.script === undefined ? [undefined] : [...new Set([query.script].flat())];
  const parts = scripts.flatMap((script) =>
    statuses.map((status) => numbersOf(db, query, { ...part, script, status })),
  );
  const numbers = parts.reduce((all, part) => all.unionAll(part));
  return db
    .selectFrom('runs')
    .select(previewColumns)
    .where('number', 'in', numbers)
    .orderBy('number', 'desc')
    .limit(query.limit + 1);
}

/** Of one script and one status, so that an index gives them in order. SQLite joins such selections only as tables. */
function numbersOf(
  db: Db,
  query: RunQuery,
  {
    script,
    status,
    below,
    from,
    seen,
  }: Part & {
    readonly script: string | undefined;
    readonly status: RunStatus | undefined;
  },
) {
  let rows = db
    .selectFrom('runs')
    .select('number')
    .orderBy('number', 'desc')
    .limit(query.limit + 1);
  if (script !== undefined) rows = rows.where('script', '=', script);
  if (status !== undefined) rows = rows.where('status', '=', status);
  if (query.by !== undefined) rows = rows.where('submitted_by', '=', query.by);
  if (query.sinceMs !== undefined)
    rows = rows.where('created_at_ms', '>=', query.sinceMs).where('number', '>=', afterPeriods(query.sinceMs));
  if (query.untilMs !== undefined)
    rows = rows.where('created_at_ms', '<', query.untilMs).where('number', '<', beforePeriods(query.untilMs));
  if (seen !== undefined) rows = rows.where(seen);
  if (query.sharedWith !== undefined) rows = rows.where(sharedWith(query.sharedWith));
  if (query.withDeleted !== true) rows = rows.where('deleted_at_ms', 'is', null);
  if (below !== undefined) rows = rows.where('number', '<', below);
  if (from !== undefined) rows = rows.where('number', '>=', from);
  return db.selectFrom(rows.as('part')).select('part.number');
}

function readCursor(cursor: string): number {
  if (!/^[0-9a-z]{1,10}$/.test(cursor))
    throw new AppError('invalid', 'This page address is not valid. Start from the first page.');
  return Number.parseInt(cursor, 36);
}
