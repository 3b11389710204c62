import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openSqlite } from '../../src/store/engine/sqlite.ts';
import { keepDatabase } from '../../src/store/keep-database.ts';
import { up as first } from '../../src/store/migration/0001-runs.ts';
import { openStore } from '../../src/store/open.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keep-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

it('copies the database of an older version before it is changed, and a current one never', async () => {
  const engine = openSqlite(join(folder, 'runs.db'));
  const steps = { '0001-runs': { up: (db: Kysely<never>) => first(db, engine) } };
  await new Migrator({ db: engine.db, provider: { getMigrations: async () => steps } }).migrateToLatest();
  await engine.close();
  for (let start = 0; start < 2; start += 1) await (await openStore(folder, { retainMs: 1 })).close();
  const copies = await readdir(join(folder, 'before-update'));
  expect(copies).toEqual([expect.stringMatching(/0001-runs\.db$/)]);
  const copy = new Database(join(folder, 'before-update', copies[0] ?? ''), { readonly: true });
  expect(copy.prepare('select name from kysely_migration').pluck().all()).toEqual(['0001-runs']);
  copy.close();
});

it('keeps the last three copies', async () => {
  await (await openStore(folder, { retainMs: 1 })).close();
  for (const step of ['1', '2', '3', '4', '5']) await keepDatabase(folder, step);
  const steps = (await readdir(join(folder, 'before-update'))).map((name) => /-(\d)\.db$/.exec(name)?.[1]).sort();
  expect(steps).toEqual(['3', '4', '5']);
});
