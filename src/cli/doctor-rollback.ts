/** What `doctor` says about scripts of which an earlier revision is published in place of their file. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { ageText } from '../domain/text/duration.ts';
import { DATABASE } from '../store/database-check.ts';
import { openPostgres } from '../store/engine/postgres.ts';
import { openSqliteReader } from '../store/engine/sqlite.ts';
import { checkMigrations } from '../store/migrate.ts';
import { createRollbackStore } from '../store/rollback.ts';
import type { DoctorFinding } from './doctor-check.ts';

const NAME = 'Rolled back';

/** Nothing if no script is, or there is no database of this version. Only reads. */
export async function checkRollbacks({
  data,
  database,
}: Pick<Config, 'data' | 'database'>): Promise<readonly DoctorFinding[]> {
  const path = join(data, DATABASE);
  if (database === undefined && !existsSync(path)) return [];
  const engine =
    database === undefined ? openSqliteReader(path) : openPostgres({ url: database.url, role: 'doctor' }, 1);
  try {
    if ((await checkMigrations(engine)) !== 'current') return [];
    const store = createRollbackStore({ engine });
    const lines: string[] = [];
    for (const script of (await store.list()).keys()) {
      const found = await store.find(script);
      if (found !== undefined) lines.push(`${script}, by ${found.by} ${ageText(found.atMs, Date.now(), 'en')}`);
    }
    return lines.length === 0 ? [] : [{ name: NAME, state: 'ok', text: lines.join('\n') }];
  } catch {
    // what else reads the database says what is wrong with it
    return [];
  } finally {
    await engine.close();
  }
}
