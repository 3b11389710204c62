/** What `doctor` says about the processes that share a PostgreSQL database: who they are, and what is missing. */
import { CompiledQuery, sql } from 'kysely';
import { spanWords } from '../../domain/run/run-message.ts';
import type { Engine } from '../../store/engine/engine.ts';
import { HOLDER, holderWords } from '../../store/engine/postgres-lock.ts';
import type { DoctorFinding } from './doctor-check.ts';

/** How many are named. */
const NAMED = 50;

/** By the connections that the database has; their age is that of the oldest. */
export async function checkProcesses(engine: Engine): Promise<readonly DoctorFinding[]> {
  const name = 'Processes';
  const { rows } = await sql<{ name: string; age_ms: number }>`
    select application_name as name,
      (extract(epoch from clock_timestamp() - min(backend_start)) * 1000)::bigint as age_ms
    from pg_stat_activity
    where datname = current_database() and application_name ~ '^script-runner (serve|web|worker) '
    group by application_name order by 1`.execute(engine.db);
  if (rows.length === 0) return [{ name, state: 'ok', text: 'No Script Runner uses the database.' }];
  const lines = rows
    .slice(0, NAMED)
    .map((each) => `${holderWords(each.name)}, connected for ${spanWords(each.age_ms)}`);
  if (rows.length > NAMED) lines.push(`and ${rows.length - NAMED} more`);
  const leader = await engine.db.executeQuery(CompiledQuery.raw(HOLDER, ['maintenance']) as CompiledQuery<Leader>);
  const holder = leader.rows[0]?.name;
  lines.push(
    holder === undefined
      ? 'None of them deletes old reports at the moment: one takes that over within a quarter of an hour.'
      : `${holderWords(holder)} deletes old reports.`,
  );
  return [{ name, state: 'ok', text: lines.join('\n') }, ...missing(rows.map((each) => each.name))];
}

interface Leader {
  readonly name: string;
}

/** `names`: as in `clientOptions`. */
function missing(names: readonly string[]): DoctorFinding[] {
  const has = (...roles: readonly string[]) => names.some((name) => roles.includes(name.split(' ')[1] ?? ''));
  if (!has('serve', 'worker'))
    return [
      {
        name: 'Workers',
        state: 'warning',
        text: 'no worker is connected: runs wait',
        remedy: 'Start one with script-runner worker.',
      },
    ];
  if (!has('serve', 'web'))
    return [
      {
        name: 'Webs',
        state: 'warning',
        text: 'no web is connected: there are no pages',
        remedy: 'Start one with script-runner web.',
      },
    ];
  return [];
}
