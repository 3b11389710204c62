/** Where a waiting run stands in the queue, by the same rule by which runs are taken. */
import { sql } from 'kysely';
import type { RunningLimits, RunStore } from '../../domain/run/run-store.ts';
import type { QueuePlace } from '../../domain/run/run-wait.ts';
import type { StoreContext } from '../store-context.ts';

type Place = Pick<RunStore, 'position' | 'place'>;

export function runPlace({ engine: { db } }: Pick<StoreContext, 'engine'>): Place {
  /** The waiting runs that are before it, by script; undefined if it does not wait. */
  async function findAhead(id: string) {
    const row = await db
      .selectFrom('runs')
      .select(['number', 'script', 'submitted_by', 'priority', 'script_turn', 'script_limit'])
      .where('id', '=', id)
      .where('status', '=', 'queued')
      .executeTakeFirst();
    if (row === undefined) return undefined;
    const own = sql`status = 'queued' and submitted_by = ${row.submitted_by} and priority = ${row.priority}`;
    // the user's first run gets the user's first turn, and so on, whichever runs these turns were given to
    const { rows } = await sql<{ script: string; count: number }>`
      with rank as (
        select count(*) as own from runs
        where ${own} and (script_turn, number) < (${row.script_turn}, ${row.number})),
      turns as (
        select turn, number from runs where ${own}
        order by turn, number limit 1 offset (select own from rank))
      select script, count(*) as count from runs
      where status = 'queued' and (priority < ${row.priority}
        or (priority = ${row.priority} and (turn, number) < (select turn, number from turns)))
      group by script order by script`.execute(db);
    return { row, ahead: rows, before: rows.reduce((total, { count }) => total + count, 0) };
  }

  return {
    async position(id) {
      return (await findAhead(id))?.before;
    },
    async place(id, limits = {}) {
      const [found, running] = await Promise.all([
        findAhead(id),
        db
          .selectFrom('runs')
          .select(['script', 'submitted_by', 'started_at_ms'])
          .where('status', 'in', ['starting', 'running'])
          .execute(),
      ]);
      if (found === undefined) return undefined;
      const { row, ahead, before } = found;
      const script = Math.min(row.script_limit ?? Infinity, limits.script ?? Infinity);
      const heldBy = heldByOf(
        { script, user: limits.user ?? Infinity },
        {
          script: running.filter((run) => run.script === row.script).length,
          user: running.filter((run) => run.submitted_by === row.submitted_by).length,
        },
      );
      return {
        script: row.script,
        before,
        ahead,
        running: running.map((run) => ({ script: run.script, startedAtMs: run.started_at_ms })),
        ...(heldBy === undefined ? {} : { heldBy }),
      };
    },
  };
}

function heldByOf(limits: Required<RunningLimits>, running: Required<RunningLimits>): QueuePlace['heldBy'] {
  const type = (['script', 'user'] as const).find((each) => running[each] >= limits[each]);
  return type === undefined ? undefined : { type, limit: limits[type] };
}
