/** The queue: the rows of waiting runs, in the order of `domain/run/run-turn`. */
import { sql, type RawBuilder, type Transaction } from 'kysely';
import type { ClaimLimits, NewRun, RunningLimits } from '../../domain/run/run-store.ts';
import { PRIORITIES } from '../../domain/run/run.ts';
import { nextLine, passedAfter, turnOf } from '../../domain/run/run-turn.ts';
import { defined } from '../../domain/defined.ts';
import { canTake } from '../../domain/run/placement.ts';
import { takeableNeeds } from './run-placement.ts';
import type { Engine } from '../engine/engine.ts';
import type { RunRow } from './run-row.ts';
import type { Tables } from '../schema.ts';
import type { StoreContext } from '../store-context.ts';

/** The queue is locked while a run is taken: two workers at a time would not see each other's run of one script. */
const QUEUE_LOCK = 'queue';

/**
 * The submissions of a user wait for one another until the transaction ends: two with the same turn would both be
 * before somebody else's run.
 */
export function lockUser(engine: Engine, db: Transaction<Tables>, { by }: NewRun): Promise<void> {
  return engine.lock(db, `user ${by}`);
}

/** The turns of a new run; needs `lockUser`. */
export async function newTurns(db: Transaction<Tables>, run: NewRun) {
  const priority = PRIORITIES.indexOf(run.priority ?? 'interactive');
  const own = sql`submitted_by = ${run.by} and priority = ${priority}`;
  const waiting = sql`runs where status = 'queued' and ${own}`;
  const running = sql`runs where status in ('starting', 'running') and ${own}`;
  const { rows } = await sql<Record<'served' | 'last' | 'started' | 'first' | 'script_last', number | null>>`
    select (select turn from lines where priority = ${priority}) as served,
      ${later(sql`select max(turn) from ${waiting}`, sql`select max(turn) from ${running}`)} as last,
      (select max(script_turn) from ${running}) as started,
      (select min(script_turn) from ${waiting}) as first,
      ${later(
        sql`select max(script_turn) from ${waiting} and script = ${run.script}`,
        sql`select max(script_turn) from ${running} and script = ${run.script}`,
      )} as script_last`.execute(db);
  const found = rows[0];
  return {
    turn: turnOf({ served: found?.served ?? 0, last: found?.last ?? undefined }),
    script_turn: turnOf({
      served: Math.max(found?.started ?? 0, found?.first ?? 0),
      last: found?.script_last ?? undefined,
    }),
  };
}

/** The greater of two numbers that may be missing; the engines have different functions for it. */
function later(one: RawBuilder<unknown>, other: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`(select max(turn) from (select (${one}) as turn union all select (${other})) as turns)`;
}

/** The runs that execute now, by script and user. */
export const BUSY = sql`select script, submitted_by, count(*) as runs from runs
  where status in ('starting', 'running') group by script, submitted_by`;

/** The limits, and the texts of needs that the worker can meet; absent: it takes every run. */
export interface Startable extends RunningLimits {
  readonly needs?: readonly string[];
}

/** Whether no limit prevents the start of the waiting run `row`; needs `busy` (see `BUSY`). */
export function mayStart(row: string, limits: Startable): RawBuilder<unknown> {
  const column = (name: string) => sql.ref(`${row}.${name}`);
  const user =
    limits.user === undefined
      ? sql``
      : sql`and coalesce((select sum(busy.runs) from busy where busy.submitted_by = ${column('submitted_by')}), 0)
          < ${limits.user}`;
  const own = sql`coalesce(${column('script_limit')}, ${UNLIMITED})`;
  const least =
    limits.script === undefined ? own : sql`case when ${own} < ${limits.script} then ${own} else ${limits.script} end`;
  return sql`coalesce((select sum(busy.runs) from busy where busy.script = ${column('script')}), 0)
    < ${least} ${user} ${placed(row, limits.needs)}`;
}

function placed(row: string, needs: readonly string[] | undefined): RawBuilder<unknown> {
  const column = sql.ref(`${row}.needs`);
  if (needs === undefined) return sql``;
  return needs.length === 0
    ? sql`and ${column} is null`
    : sql`and (${column} is null or ${column} in (${sql.join(needs)}))`;
}

const UNLIMITED = 2 ** 31 - 1;

interface Head {
  readonly priority: number;
  readonly served: number;
  readonly passed: number;
  /** The row whose turn it is, and the row of the same user that starts: the user's scripts take turns, too. */
  readonly head: number;
  readonly head_turn: number;
  readonly number: number;
  readonly turn: number;
}

export async function hasWaiting({ engine }: Pick<StoreContext, 'engine'>): Promise<boolean> {
  const waiting = engine.db.selectFrom('runs').select('number').where('status', '=', sql.lit('queued')).limit(1);
  return (await waiting.executeTakeFirst()) !== undefined;
}

interface TakeLimits extends ClaimLimits {
  /** The number of the row that is taken if it is the next one; absent: whichever is. */
  readonly only?: number;
}

/**
 * Gives the next run to the worker: the row as it is then. Undefined if none may start, or if the worker has no lease:
 * others would end its run at once.
 */
export async function takeNext(
  engine: Engine,
  db: Transaction<Tables>,
  worker: string,
  { offers, withheld = [], only, ...limits }: TakeLimits,
): Promise<RunRow | undefined> {
  await engine.lock(db, QUEUE_LOCK);
  const met = engine.isShared ? offers : undefined;
  const needs =
    met === undefined && withheld.length === 0
      ? undefined
      : await takeableNeeds(
          db,
          (each) => (met === undefined || canTake(met, each)) && !withheld.includes(each.packages ?? ''),
        );
  for (;;) {
    const heads = await findHeads(db, { ...limits, ...defined({ needs }) }, mayWork(engine, worker));
    const chosen = nextLine(heads);
    if (chosen === undefined || (only !== undefined && chosen.number !== only)) return undefined;
    const row = await db
      .updateTable('runs')
      .set(({ eb }) => ({ status: 'starting', attempt: eb('attempt', '+', 1), worker, turn: chosen.head_turn }))
      .where('number', '=', chosen.number)
      .where('status', '=', 'queued')
      .returningAll()
      .executeTakeFirst();
    // somebody has cancelled it meanwhile
    if (row === undefined) continue;
    // the turn is the user's, whichever of his runs it was given to
    if (chosen.number !== chosen.head)
      await db.updateTable('runs').set({ turn: chosen.turn }).where('number', '=', chosen.head).execute();
    await noteTaken(db, heads, chosen);
    return row;
  }
}

function mayWork(engine: Engine, worker: string): RawBuilder<unknown> {
  return engine.isShared
    ? sql`exists (select 1 from leases where leases.worker = ${worker} and until_ms > ${engine.nowMs(0)})`
    : sql`true`;
}

async function findHeads(
  db: Transaction<Tables>,
  limits: Startable,
  condition: RawBuilder<unknown>,
): Promise<readonly Head[]> {
  const { rows } = await sql<Head>`
    with busy as materialized (${BUSY}),
      heads as materialized (
        select lines.priority, lines.turn as served, lines.passed, (
          select number from runs as waiting
          where status = 'queued' and waiting.priority = lines.priority and ${mayStart('waiting', limits)}
          order by waiting.turn, waiting.number limit 1) as head
        from lines where ${condition}),
      picks as materialized (
        select heads.*, first.turn as head_turn, (
          select number from runs as own
          where status = 'queued' and own.priority = first.priority and own.submitted_by = first.submitted_by
            and ${mayStart('own', limits)}
          order by own.script_turn, own.number limit 1) as number
        from heads join runs as first on first.number = heads.head)
    select picks.*, runs.turn from picks join runs on runs.number = picks.number order by picks.priority`.execute(db);
  return rows;
}

/** Writes only what has changed: in most queues there is one line. */
async function noteTaken(db: Transaction<Tables>, heads: readonly Head[], chosen: Head): Promise<void> {
  const passed = passedAfter(heads, chosen);
  for (const head of heads) {
    const turn = head === chosen ? Math.max(head.served, head.head_turn) : head.served;
    const after = { turn, passed: passed.get(head.priority) ?? 0 };
    if (after.turn === head.served && after.passed === head.passed) continue;
    await db.updateTable('lines').set(after).where('priority', '=', head.priority).execute();
  }
}

/**
 * A waiting run has ended: its user's last one gets its turn. Otherwise, those who cancel their first runs would wait
 * with the others as if these had run.
 */
export async function giveTurnBack(engine: Engine, db: Transaction<Tables>, row: RunRow): Promise<void> {
  const last = db
    .selectFrom('runs')
    .select(['number', 'turn'])
    .where('status', '=', sql.lit('queued'))
    .where('submitted_by', '=', row.submitted_by)
    .where('priority', '=', row.priority)
    .orderBy('turn', 'desc')
    .limit(1);
  const found = await (engine.locksRows ? last.forUpdate().skipLocked() : last).executeTakeFirst();
  if (found === undefined || found.turn <= row.turn) return;
  await db.updateTable('runs').set({ turn: row.turn }).where('number', '=', found.number).execute();
}
