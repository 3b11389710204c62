import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { expect, it } from 'vitest';
import { openSqlite } from '../../src/store/engine/sqlite.ts';
import { createMigrator, migrate } from '../../src/store/migrate.ts';
import { up as first } from '../../src/store/migration/0001-runs.ts';
import { createRunStore } from '../../src/store/run/run-store.ts';
import { createSecretBox } from '../../src/store/secret.ts';
import { createNotifier } from '../../src/store/notifier.ts';
import { HASH } from './contract.ts';

it('takes over what the first version stored, and weighs it', async () => {
  const engine = openSqlite(':memory:');
  const steps = { '0001-runs': { up: (db: Kysely<never>) => first(db, engine) } };
  await new Migrator({ db: engine.db, provider: { getMigrations: async () => steps } }).migrateToLatest();
  for (const number of [1, 2]) {
    await sql`insert into runs (number, id, script, title, revision, given, parameters, status, submitted_by, trigger, attempt, timezone, server_version, created_at_ms,
      ended_at_ms, pinned, cells_total, cells_done, results, artifacts, last_seq, size_bytes) values (${number}, ${`r${number}`}, 's', 'S', ${HASH('a')}, '{}', '{}',
      'succeeded', 'v', 'form', 1, 'UTC', '1', 1, 2, 0, 1, 1, '[]', '[]', 1, 9999)`.execute(engine.db);
    await sql`insert into events values (${number}, 1, 1, 1, '12345')`.execute(engine.db);
    await sql`insert into run_blobs values (${number}, ${HASH('b')}, 700)`.execute(engine.db);
  }
  const runs = await createRunStore({
    engine,
    secrets: createSecretBox(randomBytes(32)),
    notifier: createNotifier(),
    retainMs: 10,
  });
  expect((await runs.holdings()).all).toEqual({ count: 2, bytes: 5 + 5 + 700 });
  expect([await runs.ownedBlobs('a'), await runs.ownedBlobs('b')]).toEqual([
    new Set([HASH('a')]),
    new Set([HASH('b')]),
  ]);
  expect(await runs.find('r1')).not.toHaveProperty('sidecar');
  await runs.expire(['r1', 'r2'], 9);
  expect([await runs.ownedBlobs('a'), await runs.ownedBlobs('b')]).toEqual([new Set(), new Set()]);
  await runs.close();
});

it('finds entries of the audit by the address that they say', async () => {
  const engine = openSqlite(':memory:');
  await createMigrator(engine).migrateTo('0018-people');
  for (const [number, address] of [
    [1, '192.0.2.1'],
    [2, undefined],
    [3, '192.0.2.3'],
  ] as const) {
    const body = JSON.stringify({ number, at: '2026-11-30T00:00:00.000Z', action: 'saw', actor: 'ana', address });
    await sql`insert into audit (number, at_ms, action, actor, body, hash)
      values (${number}, ${number}, 'saw', 'ana', ${body}, ${HASH('a')})`.execute(engine.db);
  }
  await migrate(engine);
  const found = await engine.db.selectFrom('audit').select(['number', 'address']).orderBy('number').execute();
  expect(found).toEqual([
    { number: 1, address: '192.0.2.1' },
    { number: 2, address: null },
    { number: 3, address: '192.0.2.3' },
  ]);
  await engine.close();
});
