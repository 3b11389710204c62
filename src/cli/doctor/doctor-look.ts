/** Reads the database for `doctor`, where there is one of this version. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../config/config.ts';
import { DATABASE } from '../../store/database-check.ts';
import type { Engine } from '../../store/engine/engine.ts';
import { openPostgres } from '../../store/engine/postgres.ts';
import { openSqliteReader } from '../../store/engine/sqlite.ts';
import { checkMigrations } from '../../store/migrate.ts';
import type { DoctorFinding } from './doctor-check.ts';

/**
 * Nothing if there is no database of this version, or it cannot be read: what else reads it says what is wrong with it.
 * Only reads.
 */
export async function lookIntoDatabase(
  { data, database }: Pick<Config, 'data' | 'database'>,
  look: (engine: Engine) => Promise<readonly DoctorFinding[]>,
): Promise<readonly DoctorFinding[]> {
  const path = join(data, DATABASE);
  if (database === undefined && !existsSync(path)) return [];
  const engine =
    database === undefined ? openSqliteReader(path) : openPostgres({ url: database.url, role: 'doctor' }, 1);
  try {
    return (await checkMigrations(engine)) === 'current' ? await look(engine) : [];
  } catch {
    return [];
  } finally {
    await engine.close();
  }
}
