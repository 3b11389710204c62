/** Migrates a database to this version's tables: numbered steps in code, forward only. */
import { DEFAULT_MIGRATION_TABLE, Migrator } from 'kysely/migration';
import { sql, type Kysely } from 'kysely';
import { AppError } from '../domain/error.ts';
import type { Engine } from './engine/engine.ts';
import { up as runs } from './migration/0001-runs.ts';
import { up as retention } from './migration/0002-retention.ts';
import { up as sidecar } from './migration/0003-sidecar.ts';
import { up as clock } from './migration/0004-clock.ts';
import { up as snapshot } from './migration/0005-snapshot.ts';
import { up as lease } from './migration/0006-lease.ts';
import { up as sharing } from './migration/0007-sharing.ts';
import { up as queue } from './migration/0008-queue.ts';
import { up as placement } from './migration/0009-placement.ts';
import { up as history } from './migration/0010-history.ts';
import { up as claim } from './migration/0011-claim.ts';
import { up as access } from './migration/0012-access.ts';
import { up as filter } from './migration/0013-filter.ts';
import { up as preset } from './migration/0014-preset.ts';
import { up as commit } from './migration/0015-commit.ts';
import { up as rollback } from './migration/0016-rollback.ts';
import { up as question } from './migration/0017-question.ts';
import { up as people } from './migration/0018-people.ts';
import { up as rights } from './migration/0019-rights.ts';

const STEPS: Readonly<Record<string, (db: Kysely<never>, engine: Engine) => Promise<void>>> = {
  '0001-runs': runs,
  '0002-retention': retention,
  '0003-sidecar': sidecar,
  '0004-clock': clock,
  '0005-snapshot': snapshot,
  '0006-lease': lease,
  '0007-sharing': sharing,
  '0008-queue': queue,
  '0009-placement': placement,
  '0010-history': history,
  '0011-claim': claim,
  '0012-access': access,
  '0013-filter': filter,
  '0014-preset': preset,
  '0015-commit': commit,
  '0016-rollback': rollback,
  '0017-question': question,
  '0018-people': people,
  '0019-rights': rights,
};

/**
 * Throws `conflict` when a newer version made the database. `keep` is called before a non-empty database is changed,
 * with the name of its last step.
 */
export async function migrate(engine: Engine, keep: (step: string) => Promise<void> = async () => {}): Promise<void> {
  const migrator = createMigrator(engine);
  await checkMigrations(engine);
  const steps = await migrator.getMigrations();
  const last = steps.filter(({ executedAt }) => executedAt !== undefined).at(-1);
  if (last !== undefined && steps.some(({ executedAt }) => executedAt === undefined)) await keep(last.name);
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}

/**
 * Whether the tables are there: `new`: none, `older`: of an earlier version. Throws `conflict` when a newer version
 * made the database. Only reads.
 */
export async function checkMigrations(engine: Engine): Promise<'new' | 'older' | 'current'> {
  const tables = await engine.db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === DEFAULT_MIGRATION_TABLE)) return 'new';
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(DEFAULT_MIGRATION_TABLE)}`.execute(
    engine.db,
  );
  if (rows.every(({ name }) => name in STEPS)) {
    if (rows.length === 0) return 'new';
    return rows.length < Object.keys(STEPS).length ? 'older' : 'current';
  }
  throw new AppError(
    'conflict',
    `This data was written by a newer version of Script Runner. Start that version, or choose another ${engine.isShared ? 'database' : 'data folder with --data'}.`,
  );
}

/** Of all steps, for `migrate` and its tests. */
export function createMigrator(engine: Engine): Migrator {
  const migrations = Object.fromEntries(
    Object.entries(STEPS).map(([name, up]) => [name, { up: (db: Kysely<never>) => up(db, engine) }]),
  );
  return new Migrator({ db: engine.db, provider: { getMigrations: async () => migrations } });
}
