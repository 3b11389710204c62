/** A move from SQLite to a real PostgreSQL: complete, resumable at every point, refused where it would harm. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { databaseAddress } from '../../src/config/config-database.ts';
import { blobsOfData } from '../../src/store/blob/blob-place.ts';
import { openSqlite } from '../../src/store/engine/sqlite.ts';
import { migrate } from '../../src/store/migrate.ts';
import { moveProblem } from '../../src/store/move/move-problem.ts';
import { PLANNED_TABLES } from '../../src/store/move/move-table.ts';
import { moveStore, verifyMove, type MovePlan, type MoveStep } from '../../src/store/move/move.ts';
import { openStore } from '../../src/store/open.ts';
import { findPostgres, query, startPostgres, type PostgresServer } from '../connection/postgres.ts';
import { newRun } from './contract.ts';

const OLDER = join(import.meta.dirname, '../end-to-end/older');

let server: PostgresServer;
beforeAll(async () => {
  const bin = findPostgres();
  if (bin === undefined) throw new Error('PostgreSQL is not installed; npm test installs it.');
  server = await startPostgres(bin);
});
afterAll(() => server.stop());

let folder: string;
let url: string;
let plan: MovePlan;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'move-'));
  const own = folder;
  onTestFinished(() => rmSync(own, { recursive: true, force: true }));
  extract('0011-claim');
  url = await server.address();
  plan = planTo(url);
});

function extract(form: string): void {
  rmSync(join(folder, 'data'), { recursive: true, force: true });
  execFileSync('tar', ['-xzf', join(OLDER, `${form}.tar.gz`), '-C', folder]);
}

function planTo(address: string, to = join(folder, 'new')): MovePlan {
  const database = databaseAddress(address);
  if (database === undefined) throw new Error('no address');
  const data = join(folder, 'data');
  return { data, blobs: blobsOfData(data), to: { database, data: to, blobs: blobsOfData(to), serverKeys: [] } };
}

const move = (progress: (step: MoveStep) => void = () => undefined, withoutBad = false) =>
  moveStore(plan, { progress, withoutBad });
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (moveProblem(plan.to, error) as Error).message,
  );
const open = () =>
  openStore(
    plan.to.data,
    { retainMs: 1000 },
    { shared: { database: plan.to.database, role: 'test', onProblem: () => undefined } },
  );

/** Of every file of the source but its lock. */
function sourceSum(): string {
  const paths = globSync('**', { cwd: plan.data }).filter(
    (path) => !path.startsWith('lock.') && statSync(join(plan.data, path)).isFile(),
  );
  const sum = createHash('sha256');
  for (const path of paths.sort()) sum.update(path).update(readFileSync(join(plan.data, path)));
  return sum.digest('hex');
}

function inSource<T>(work: (database: Database.Database) => T): T {
  const database = new Database(join(plan.data, 'runs.db'));
  try {
    return work(database);
  } finally {
    database.close();
  }
}

it('knows every table of the database, so that none is forgotten', async () => {
  const engine = openSqlite(':memory:');
  await migrate(engine);
  const tables = (await engine.db.introspection.getTables()).map(({ name }) => name);
  await engine.close();
  expect([...PLANNED_TABLES].sort()).toEqual(tables.filter((name) => !name.startsWith('sqlite_')).sort());
});

describe('the data of a server that was killed', () => {
  it('arrives complete, whatever the point at which the move is interrupted; no server uses it before', async () => {
    const before = sourceSum();
    let steps = 0;
    for (let limit = 1; ; limit += 1) {
      steps = 0;
      const failed = await move(() => {
        if ((steps += 1) === limit) throw new Error('interrupted');
      }).then(
        () => false,
        (error: Error) => {
          if (error.message !== 'interrupted') throw error;
          return true;
        },
      );
      if (!failed) break;
      expect(await refusal(open())).toContain('are being moved into the database');
      expect(sourceSum()).toBe(before);
    }
    expect(sourceSum()).toBe(before);
    expect(existsSync(join(plan.to.data, 'moving'))).toBe(false);
    const { tables, bad } = await verifyMove(plan, { progress: () => undefined });
    expect([tables.filter(({ isSame }) => !isSame), bad]).toEqual([[], []]);

    const store = await open();
    await store.runs.renewLease('w', 60_000);
    const { lost } = await store.runs.recover('w', Date.now());
    expect(lost).toHaveLength(1);
    expect((await store.runs.claim('w', 4))?.secrets).toEqual({ key: 'queued-key' });
    await store.runs.create(newRun('next'), 1000, 10);
    const last = inSource((database) =>
      database.prepare("select seq from sqlite_sequence where name = 'runs'").pluck().get(),
    );
    expect((await query(url, `select number from runs where id = 'next'`))[0]?.['number']).toBe(
      String(Number(last) + 1),
    );
    await store.close();
    expect(await refusal(move())).toContain('have been moved into the database');
    const after = await verifyMove(plan, { progress: () => undefined });
    expect(after.tables.filter(({ isSame }) => !isSame).map(({ table }) => table)).toContain('runs');
  });

  it('arrives from the first form of the database, too', async () => {
    extract('0001-runs');
    const before = sourceSum();
    expect((await move()).totals.rows['runs']).toBe(7);
    expect(sourceSum()).toBe(before);
  });

  it('is copied again if it has changed since the move began', async () => {
    await move(({ what }) => {
      if (what === 'comparing events') throw new Error('interrupted');
    }).catch(() => undefined);
    inSource((database) => database.exec(`update runs set title = 'new title'`));
    await move();
    expect(await query(url, `select distinct title from runs`)).toEqual([{ title: 'new title' }]);
  });
});

it('stores what PostgreSQL can store, and counts the rows that it had to change', async () => {
  const body = JSON.stringify({ text: 'a\0b\uD800c “ä”\u2028', more: '\\u0000 \\' });
  inSource((database) => {
    database.prepare(`update runs set title = ?, created_at_ms = 1.25 where number = 1`).run('a\0b');
    database.prepare(`update events set body = ? where run_number = 1 and seq = 1`).run(body);
    database.prepare(`update events set body = cast(x'61ff62' as text) where run_number = 1 and seq = 2`).run();
  });
  const { tables } = await move();
  expect(Object.fromEntries(tables.flatMap(({ table, changed }) => (changed > 0 ? [[table, changed]] : [])))).toEqual({
    runs: 1,
  });
  expect(await query(url, `select title, created_at_ms::text as at from runs where number = 1`)).toEqual([
    { title: 'ab', at: '1' },
  ]);
  expect(await query(url, `select body from events where run_number = 1 and seq < 3 order by seq`)).toEqual([
    { body },
    { body: 'a\uFFFDb' },
  ]);
});

it('names missing and damaged files, and finishes without them only if told so', async () => {
  const [missing = '', damaged = ''] = inSource(
    (database) => database.prepare('select hash from blobs where owners > 0 order by hash').pluck().all() as string[],
  );
  const pathOf = (hash: string) => join(plan.data, 'blobs', hash.slice(0, 2), hash.slice(2));
  const bytes = readFileSync(pathOf(missing));
  rmSync(pathOf(missing));
  rmSync(pathOf(damaged));
  writeFileSync(pathOf(damaged), 'else');
  expect(await refusal(move())).toMatch(
    new RegExp(`^2 of the files .* missing or damaged there, the first is ${missing}`),
  );
  writeFileSync(pathOf(missing), bytes);
  expect((await move(undefined, true)).bad).toEqual([damaged]);
  expect((await verifyMove(plan, { progress: () => undefined })).bad).toEqual([damaged]);
});

describe('a move is refused, and nothing is changed,', () => {
  it('while a server uses the source or the target, and without a source', async () => {
    const store = await openStore(plan.data, { retainMs: 1000 });
    expect(await refusal(move())).toContain(`uses the data folder ${plan.data}`);
    await store.close();
    const target = await open();
    await target.leads();
    expect(await refusal(move())).toContain('is in use by script-runner test');
    await target.close();
    plan = { ...plan, data: join(folder, 'absent') };
    expect(
      await refusal(moveStore({ ...plan, to: planTo(await server.address()).to }, { progress: () => undefined })),
    ).toContain('There are no reports on SQLite');
  });

  it('into a database or a folder of other reports', async () => {
    await (await open()).close();
    expect(await refusal(move())).toContain('belongs to another data folder');
    plan = planTo(await server.address());
    expect(await refusal(move())).toContain('Name a new one with --to-data.');
    plan = planTo(await server.address(), join(folder, 'second'));
    await move(({ what }) => {
      if (what === 'runs') throw new Error('interrupted');
    }).catch(() => undefined);
    execFileSync('cp', ['-r', plan.data, join(folder, 'other')]);
    const other = { ...plan, data: join(folder, 'other') };
    expect(await refusal(moveStore(other, { progress: () => undefined }))).toContain(`A move from ${plan.data}`);
  });

  it('without a server, with a wrong password, and from a damaged database', async () => {
    plan = planTo(url.replace(encodeURIComponent(server.password), 'wr0ng-word'));
    expect(await refusal(move())).toContain('refuses the user or the password');
    plan = planTo(url);
    writeFileSync(join(plan.data, 'runs.db'), 'damaged');
    expect(await refusal(move())).toContain('is damaged, or not one of Script Runner');
    expect(await query(url, `select 1 from pg_tables where schemaname = 'public'`)).toEqual([]);
  });
});
