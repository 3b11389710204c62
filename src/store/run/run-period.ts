/**
 * From times to numbers of runs. Later runs have greater numbers, but not always later times: clocks are set back, and
 * those of several machines differ. So each period, a fixed count of numbers, is asked for its earliest or latest time
 * by an index, until one has a run that matches. A million runs are 123 periods.
 */
import { sql, type RawBuilder } from 'kysely';

/** Must be that of the index `runs_by_time`. */
const RUNS_A_PERIOD = sql.lit(8192);

/** A number below which are all runs that were submitted before the time; null if there are none. */
export function beforePeriods(untilMs: number): RawBuilder<number> {
  const has = (period: RawBuilder<unknown>) => sql`coalesce(${timeIn(period, 'min')} < ${untilMs}, false)`;
  return sql`(
    with recursive periods(period, has) as (
      select newest.period, ${has(sql`newest.period`)}
      from (select ${endOf('max')} as period) as newest
      union all
      select period - 1, ${has(sql`periods.period - 1`)} from periods where not has and period > 0)
    select (max(period) + 1) * ${RUNS_A_PERIOD} from periods where has)`;
}

/** The least number that a run may have that was not submitted before the time; null if there is none. */
export function afterPeriods(sinceMs: number): RawBuilder<number> {
  const has = (period: RawBuilder<unknown>) => sql`coalesce(${timeIn(period, 'max')} >= ${sinceMs}, false)`;
  return sql`(
    with recursive periods(period, last, has) as (
      select ends.first, ends.last, ${has(sql`ends.first`)}
      from (select ${endOf('min')} as first, ${endOf('max')} as last) as ends
      union all
      select period + 1, last, ${has(sql`periods.period + 1`)} from periods where not has and period < last)
    select max(period) * ${RUNS_A_PERIOD} from periods where has)`;
}

/** The first or the last period. SQLite reads the whole index for a statement that asks for both. */
function endOf(which: 'min' | 'max'): RawBuilder<number> {
  return sql`(select ${sql.raw(which)}(number) from runs) / ${RUNS_A_PERIOD}`;
}

/** Not whether there is a matching run: PostgreSQL would read the table, expecting that most match. */
function timeIn(period: RawBuilder<unknown>, which: 'min' | 'max'): RawBuilder<number> {
  return sql`(select ${sql.raw(which)}(created_at_ms) from runs where number / ${RUNS_A_PERIOD} = ${period})`;
}
