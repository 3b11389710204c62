import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Kysely, sql } from 'kysely';
import { expect, it, onTestFinished } from 'vitest';
import type { Engine, TransactionOptions } from '../../src/store/engine/engine.ts';
import { moveLog } from '../../src/store/engine/sqlite-checkpoint.ts';
import { createSharedCommits } from '../../src/store/engine/sqlite-commit.ts';
import { createLogSync } from '../../src/store/engine/sqlite-sync.ts';
import { createTurns } from '../../src/store/engine/sqlite-turn.ts';
import { openSqlite } from '../../src/store/engine/sqlite.ts';
import type { Tables } from '../../src/store/schema.ts';

/** A database in memory whose disk is a function. */
function openOn(flush: () => Promise<void>, rescue: () => Promise<void> = flush) {
  const database = new Database(':memory:');
  database.exec('create table t (a integer unique)');
  const log = createLogSync(flush, rescue);
  const turns = createTurns(
    database,
    (hasWritten) => (hasWritten ? log.sync() : log.pending()),
    () => undefined,
  );
  const db = new Kysely<Tables>({ dialect: turns.dialect });
  onTestFinished(() => db.destroy());
  const commits = createSharedCommits(db, { isOpen: () => database.inTransaction, onCommit: turns.onCommit });
  const read = (from: Kysely<Tables> = db) => sql<{ a: number }>`select a from t order by a`.execute(from);
  const peek = () =>
    db.connection().execute((connection) => {
      turns.endSoon();
      return read(connection);
    });
  const add = (a: number, options?: TransactionOptions) =>
    commits.transaction((current) => sql`insert into t values (${a})`.execute(current), options);
  return { add, read, peek };
}

const values = ({ rows }: { readonly rows: readonly { readonly a: number }[] }) => rows.map(({ a }) => a);

it('gives what was written or read only when it is on the disk, and commits what comes meanwhile', async () => {
  const disk: (() => void)[] = [];
  const { add, read, peek } = openOn(() => new Promise((resolve) => void disk.push(resolve)));
  const told: string[] = [];
  const tell = (what: string) => () => void told.push(what);
  const first = add(1, { onCommit: tell('1 is committed') }).then(tell('1 is durable'));
  await expect.poll(() => disk.length, { timeout: 30_000 }).toBe(1);
  expect(told).toEqual(['1 is committed']);
  const early = read().then(tell('1 is read'));
  // this one takes its turn meanwhile, and does not wait
  expect(values(await peek())).toEqual([1]);
  expect(told).toEqual(['1 is committed']);
  disk[0]!();
  await Promise.all([first, early]);
  expect(told.slice(1).toSorted()).toEqual(['1 is durable', '1 is read']);
  const others = Promise.all([add(2), add(3)]);
  await expect.poll(() => disk.length, { timeout: 30_000 }).toBe(2);
  disk[1]!();
  await others;
  expect(values(await read())).toEqual([1, 2, 3]);
  expect(disk).toHaveLength(2);
});

it('syncs again for what was committed after a sync had begun', async () => {
  const disk: (() => void)[] = [];
  const log = createLogSync(
    () => new Promise((resolve) => void disk.push(resolve)),
    () => Promise.reject(new Error('unused')),
  );
  let ended = 0;
  const count = () => void (ended += 1);
  const all = [log.sync().then(count), log.sync().then(count), log.sync().then(count)];
  expect(disk).toHaveLength(1);
  disk[0]!();
  await expect.poll(() => disk.length, { timeout: 30_000 }).toBe(2);
  expect(ended).toBe(1);
  disk[1]!();
  await Promise.all(all);
  expect([ended, disk.length, log.pending()]).toEqual([3, 2, undefined]);
});

it('begins a new log after a failed sync, and acknowledges nothing before that', async () => {
  let [isFailing, canRescue, rescues] = [true, false, 0];
  const { add, read } = openOn(
    () => (isFailing ? Promise.reject(new Error('no disk')) : Promise.resolve()),
    async () => {
      rescues += 1;
      if (!canRescue) throw new Error('no rescue');
    },
  );
  // what has been committed is not done again
  const ended = await Promise.allSettled([add(1), add(2)]);
  expect(ended.map((end) => end.status === 'rejected' && String(end.reason))).toEqual(
    Array<string>(2).fill('Error: no rescue'),
  );
  expect(values(await read())).toEqual([1, 2]);
  // the log may have a hole, although the disk works again
  isFailing = false;
  await expect(add(3)).rejects.toThrow('no rescue');
  canRescue = true;
  await add(4);
  await add(5);
  expect([values(await read()), rescues]).toEqual([[1, 2, 3, 4, 5], 3]);
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

/** Writes 24 MB in pieces; returns the longest that the log was. */
async function fill(folder: string, engine: Engine): Promise<number> {
  await sql`create table t (a text)`.execute(engine.db);
  let longest = 0;
  for (let at = 0; at < 120; at += 1) {
    await engine.transaction((db) => sql`insert into t values (${'x'.repeat(200_000)})`.execute(db));
    longest = Math.max(longest, (await stat(join(folder, 'runs.db-wal'))).size);
  }
  return longest;
}

it.each([
  ['by the one who was asked, who has the time until the next commit', moveLog, 5_000_000, [1, 10]],
  ['by a commit where that fails', () => expect.fail('no thread'), 18_000_000, [1, 120]],
] as const)('moves a long log into the database %s', async (_how, move, most, [fewest, mostAsked]) => {
  const folder = await mkdtemp(join(tmpdir(), 'sqlite-'));
  const asked: string[] = [];
  const engine = openSqlite(join(folder, 'runs.db'), async (path) => {
    asked.push(path);
    move(path);
  });
  onTestFinished(async () => {
    await engine.close();
    await rm(folder, { recursive: true });
  });
  await sql`create table small (a text)`.execute(engine.db);
  expect(asked).toEqual([]);
  expect(await fill(folder, engine)).toBeLessThan(most);
  expect(new Set(asked)).toEqual(new Set([join(folder, 'runs.db')]));
  expect(asked.length).toBeGreaterThanOrEqual(fewest);
  expect(asked.length).toBeLessThanOrEqual(mostAsked);
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
