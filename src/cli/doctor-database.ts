/** What `doctor` says about the PostgreSQL database of the settings: whether it can be used, and by whom it is. */
import { sql } from 'kysely';
import type { Config } from '../config/config.ts';
import { openPostgres } from '../store/engine/postgres.ts';
import { openProblem } from '../store/engine/postgres-error.ts';
import { holderWords } from '../store/engine/postgres-lock.ts';
import { checkMigrations } from '../store/migrate.ts';
import { checkServer } from '../store/open-shared.ts';
import { unplaced } from '../store/run-placement.ts';
import type { DoctorFinding } from './doctor-check.ts';

const NAME = 'Database';
/** A clock that differs by more is named: times in reports would be confusing. */
const CLOCK_MS = 5_000;

const PLACE =
  'Start a worker that has it, or add the tag to the setting worker_tags of one that does (docs/scaling.md).';

/** Nothing for SQLite, which `checkData` covers. Only reads. */
export async function checkDatabase({ database }: Pick<Config, 'database'>): Promise<readonly DoctorFinding[]> {
  if (database === undefined) return [];
  const engine = openPostgres({ url: database.url, role: 'doctor' }, 1);
  try {
    const { version } = await checkServer(engine, database.shown);
    await checkMigrations(engine);
    const beganMs = Date.now();
    const { rows } = await sql<{ now: number }>`select ${engine.nowMs(0)} as now`.execute(engine.db);
    const apartMs = Math.abs((rows[0]?.now ?? 0) - (beganMs + Date.now()) / 2);
    const users = await sql<{ name: string }>`select distinct application_name as name from pg_stat_activity
      where datname = current_database() and application_name ~ '^script-runner (?!reader )' and pid <> pg_backend_pid()`.execute(
      engine.db,
    );
    const used = users.rows.map(({ name }) => holderWords(name)).sort();
    const text = [
      `${database.shown} (PostgreSQL ${version})`,
      used.length === 0 ? 'No Script Runner uses it.' : `Used by ${[...new Set(used)].join(', ')}.`,
    ];
    const waiting = [...(await unplaced(engine))].map(([why, count]) => `${count} waiting run(s): ${why}`);
    text.push(...waiting);
    if (apartMs <= CLOCK_MS && waiting.length > 0)
      return [{ name: NAME, state: 'warning', text: text.join('\n'), remedy: PLACE }];
    if (apartMs <= CLOCK_MS) return [{ name: NAME, state: 'ok', text: text.join('\n') }];
    text.push(`Its clock and the one of this machine differ by ${Math.round(apartMs / 1000)} seconds.`);
    return [{ name: NAME, state: 'warning', text: text.join('\n'), remedy: 'Set both clocks by NTP.' }];
  } catch (error) {
    const problem = openProblem(database.shown, error);
    return [{ name: NAME, state: 'problem', text: problem instanceof Error ? problem.message : String(problem) }];
  } finally {
    await engine.close();
  }
}
