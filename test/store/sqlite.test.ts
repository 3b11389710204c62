import { sql } from 'kysely';
import { expect, it, onTestFinished } from 'vitest';
import { openSqlite } from '../../src/store/engine/sqlite.ts';

it('waits for the disk with every commit, but for one transaction that need not', async () => {
  const engine = openSqlite(':memory:');
  onTestFinished(() => engine.close());
  const level = async (db: Parameters<Parameters<typeof engine.unsynced>[0]>[0] | typeof engine.db = engine.db) =>
    (await sql<{ synchronous: number }>`pragma synchronous`.execute(db)).rows[0]?.synchronous;
  const [normal, full] = [1, 2];
  expect(await level()).toBe(full);
  // A concurrent transaction waits, and is synced.
  expect(await Promise.all([engine.unsynced(level), engine.db.transaction().execute(level), level()])).toEqual([
    normal,
    full,
    full,
  ]);
  await sql`create table t (a)`.execute(engine.db);
  await expect(
    engine.unsynced(async (db) => {
      await sql`insert into t values (1)`.execute(db);
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  expect((await sql`select * from t`.execute(engine.db)).rows).toEqual([]);
  expect(await level()).toBe(full);
});

it('prepares a statement once, until the tables change', async () => {
  const engine = openSqlite(':memory:');
  onTestFinished(() => engine.close());
  const rows = async () => (await sql`select * from t`.execute(engine.db)).rows;
  await sql`create table t (a)`.execute(engine.db);
  for (let a = 0; a < 600; a += 1)
    await sql`insert into t select ${a} where ${sql.raw(String(a % 599))} < 2`.execute(engine.db);
  expect(await rows()).toEqual([{ a: 0 }, { a: 1 }, { a: 599 }]);
  await sql`alter table t add column b default 'new'`.execute(engine.db);
  expect(await rows()).toEqual([
    { a: 0, b: 'new' },
    { a: 1, b: 'new' },
    { a: 599, b: 'new' },
  ]);
  await expect(sql`insert into t values (1)`.execute(engine.db)).rejects.toThrow('2 columns');
  expect(await rows()).toHaveLength(3);
});
