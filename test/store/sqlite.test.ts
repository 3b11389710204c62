import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

it('shares a commit among transactions that begin together, each done as a whole or not at all', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sqlite-'));
  const engine = openSqlite(join(folder, 'runs.db'));
  onTestFinished(async () => {
    await engine.close();
    await rm(folder, { recursive: true });
  });
  await sql`create table t (a integer unique)`.execute(engine.db);
  const frames = async () => (await stat(join(folder, 'runs.db-wal'))).size;
  const add = (...numbers: readonly number[]) =>
    engine.transaction(async (db) => {
      for (const a of numbers) await sql`insert into t values (${a})`.execute(db);
      return numbers.length;
    });
  const before = await frames();
  await add(1);
  const one = (await frames()) - before;
  // the second of a pair fails, and takes the first with it
  const ended = await Promise.allSettled([add(2), add(3, 1), ...Array.from({ length: 50 }, (_, at) => add(10 + at))]);
  expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', ...Array<string>(50).fill('fulfilled')]);
  const { rows } = await sql<{ a: number }>`select a from t order by a`.execute(engine.db);
  expect(rows.map(({ a }) => a)).toEqual([1, 2, ...Array.from({ length: 50 }, (_, at) => 10 + at)]);
  expect((await frames()) - before - one).toBeLessThan(10 * one);
});

it('begins each transaction again by itself where the database ended one that several shared', async () => {
  const engine = openSqlite(':memory:');
  onTestFinished(() => engine.close());
  await sql`create table t (a integer unique)`.execute(engine.db);
  const tries = [0, 0, 0];
  const add = (a: number, more?: string) =>
    engine.transaction(async (db) => {
      tries[a]! += 1;
      await sql`insert into t values (${a})`.execute(db);
      if (more !== undefined) await sql.raw(more).execute(db);
    });
  // as SQLite does when the disk is full
  const ended = await Promise.allSettled([add(0), add(1, 'insert or rollback into t values (0), (1)'), add(2)]);
  expect(ended.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(tries).toEqual([2, 2, 1]);
  expect((await sql`select a from t order by a`.execute(engine.db)).rows).toEqual([{ a: 0 }, { a: 2 }]);
});

it('closes after the transactions that were begun', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sqlite-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const engine = openSqlite(join(folder, 'runs.db'));
  await sql`create table t (a)`.execute(engine.db);
  const added = engine.transaction((db) => sql`insert into t values (7)`.execute(db));
  await Promise.all([engine.close(), added]);
  const again = openSqlite(join(folder, 'runs.db'));
  onTestFinished(() => again.close());
  expect((await sql`select a from t`.execute(again.db)).rows).toEqual([{ a: 7 }]);
});
