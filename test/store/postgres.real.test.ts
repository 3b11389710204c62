/** The contract on a real PostgreSQL server, and what only several connections can show. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pairPlace } from '../../src/store/blob/blob-pair.ts';
import { openBlobs } from '../../src/store/blob/blob-place.ts';
import { migrate } from '../../src/store/migrate.ts';
import { openPostgres } from '../../src/store/engine/postgres.ts';
import { createSharedNotifier } from '../../src/store/engine/postgres-notifier.ts';
import { createRunStore } from '../../src/store/run/run-store.ts';
import { countTries } from '../../src/store/password-tries.ts';
import { createSecretBox } from '../../src/store/secret.ts';
import { createNotifier } from '../../src/store/notifier.ts';
import type { AppContext } from '../../src/app/context.ts';
import { keptProblem } from '../../src/app/run/run-quota.ts';
import { VIEWER } from '../../src/domain/access/access.ts';
import { quotaMembers, readQuotas } from '../../src/domain/quota/quota-rule.ts';
import type { RunStore } from '../../src/domain/run/run-store.ts';
import { findPostgres, query, startPostgres, type PostgresServer } from '../connection/postgres.ts';
import { createCutter } from './connection-cutter.ts';
import { testClaims } from './contract-claim.ts';
import { testPresets } from './contract-preset.ts';
import { testQuestions } from './contract-question.ts';
import { testAccounts } from './contract-account.ts';
import { testSessions } from './contract-session.ts';
import { testRollbacks } from './contract-rollback.ts';
import { testAudit } from './contract-audit.ts';
import { testTokens } from './contract-token.ts';
import { testPasswordTries } from './contract-tries.ts';
import { testHoldings } from './contract-holding.ts';
import { storeOn, testList } from './contract-list.ts';
import { testRetry } from './contract-retry.ts';
import { newRun, testRunStore } from './contract.ts';
import { fillHistory, historyLooks } from './long-history.ts';

let server: PostgresServer;

beforeAll(async () => {
  const bin = findPostgres();
  if (bin === undefined) throw new Error('PostgreSQL is not installed; npm test installs it.');
  server = await startPostgres(bin);
});
afterAll(() => server.stop());

const createDatabase = () => server.address();

const open = (url: string): Promise<RunStore> =>
  createRunStore({
    engine: openPostgres({ url }),
    secrets: createSecretBox(randomBytes(32)),
    notifier: createNotifier(),
    retainMs: 10_000,
  });

async function openFor(url: string, ...workers: readonly string[]): Promise<RunStore> {
  const store = await open(url);
  for (const worker of workers) await store.renewLease(worker, 600_000);
  return store;
}

testRunStore('PostgreSQL', async () => openFor(await createDatabase(), 'w'));
testClaims('PostgreSQL', async () => openPostgres({ url: await createDatabase() }));
testPasswordTries('PostgreSQL', async () => openPostgres({ url: await createDatabase() }));
testHoldings('PostgreSQL', async () => openPostgres({ url: await createDatabase() }));
testPresets('PostgreSQL', async () => openPostgres({ url: await createDatabase() }));
testRollbacks('PostgreSQL', async () => openPostgres({ url: await createDatabase() }));
testTokens('PostgreSQL', async () => openPostgres({ url: await createDatabase() }));
testAudit('PostgreSQL', async () => {
  const url = await createDatabase();
  return [openPostgres({ url }), openPostgres({ url }), openPostgres({ url })];
});
testSessions('PostgreSQL', async () => openPostgres({ url: await createDatabase() }));
testAccounts('PostgreSQL', async () => openPostgres({ url: await createDatabase() }));
testQuestions('PostgreSQL', async () => openPostgres({ url: await createDatabase() }));
testList('PostgreSQL', async () => openPostgres({ url: await createDatabase() }));
testRetry('PostgreSQL', async () => openPostgres({ url: await createDatabase() }));

it('pairs a place of files with its database, though processes begin while it is written', async () => {
  const url = await createDatabase();
  const engines = [openPostgres({ url }), openPostgres({ url }), openPostgres({ url })];
  await migrate(engines[0]!);
  let text: string | undefined;
  // as a file: there before it has its text
  const mark = {
    shown: 'the place',
    read: async () => text,
    async write(id: string) {
      if (text !== undefined) return;
      text = '';
      // time in which the others look
      for (let times = 0; times < 50; times += 1) await engines[0]!.touch();
      text = id;
    },
  };
  await Promise.all(engines.map((engine) => pairPlace(engine, mark)));
  expect(text).toMatch(/^[\w-]{36}\n$/);
  for (const engine of engines) await engine.close();
});

it('lets no more through than a quota allows, of one person and of a group, with two web processes', async () => {
  const url = await createDatabase();
  const stores = [await openFor(url), await open(url)] as const;
  const quotas = readQuotas(['sales/*: 5 a day together for @g', '*: 3 a day']);
  const submit = (at: number) => {
    const person = { name: `user${at % 3}`, groups: ['g'], isSignedIn: true };
    const shared = { script: 'sales/x', by: person.name, quotas, quotaMembers: quotaMembers(quotas, person) };
    return stores[at % 2 === 0 ? 0 : 1].create(newRun(`r${at}`, shared), 1000, 100);
  };
  const results = await Promise.allSettled(Array.from({ length: 20 }, (_, at) => submit(at)));
  const refused = results.filter((each) => each.status === 'rejected');
  expect(refused.map(({ reason }) => (reason as { code: string }).code)).toEqual(refused.map(() => 'limited'));
  const { items: runs } = await stores[0].list({ limit: 50 });
  expect([refused.length, runs.length]).toEqual([15, 5]);
  for (const store of stores) await store.close();
});

it('counts the time that reports take, up to now, and their space, for both of two web processes', async () => {
  const url = await createDatabase();
  const stores = [await openFor(url, 'w'), await open(url)] as const;
  const quotas = readQuotas(['*: 60s a day together', '*: 2KB kept together']);
  const submit = (id: string, at: number, atMs: number) =>
    stores[at % 2 === 0 ? 0 : 1].create(newRun(id, { by: `user${at % 3}`, quotas }), atMs, 100);
  const file = { hash: 'f'.repeat(64), sizeBytes: 2100 };
  await stores[0].create(newRun('long', { quotas, files: [file] }), 1000, 100);
  await stores[0].claim('w', 1000);
  await stores[0].append('long', 1, [{ type: 'run-started', attempt: 1, worker: 'w', cells: 1 }], 1000);
  // what waits has taken no time
  await Promise.all([submit('early', 0, 60_999), submit('other', 1, 60_999)]);
  const end = { type: 'run-finished', outcome: { type: 'succeeded' } } as const;
  const [ended, ...results] = await Promise.allSettled([
    stores[0].append('long', 1, [end], 61_000),
    ...Array.from({ length: 20 }, (_, at) => submit(`r${at}`, at, 61_000)),
  ]);
  expect(ended.status).toBe('fulfilled');
  const limited = { status: 'rejected', reason: { code: 'limited' } };
  expect(results).toMatchObject(results.map(() => limited));
  const limits = { quotas } as AppContext['limits'];
  const refusals = stores.flatMap((runs) =>
    Array.from({ length: 10 }, () => keptProblem({ runs, limits }, VIEWER, quotas)),
  );
  expect(await Promise.all(refusals)).toMatchObject(refusals.map(() => ({ code: 'limited' })));
  await stores[1].erase('long', 62_000);
  expect(await keptProblem({ runs: { ...stores[1] }, limits }, VIEWER, quotas)).toBeUndefined();
  for (const store of stores) await store.close();
});

it('writes the outputs of a run without changing an index of all runs', async () => {
  const url = await createDatabase();
  const store = await openFor(url, 'w');
  await store.create(newRun('a'), 1000, 10);
  await store.claim('w', 1000);
  await store.append('a', 1, [{ type: 'run-started', attempt: 1, worker: 'w', cells: 1 }], 1000);
  const before = await updatesOfRuns(url);
  const OUTPUTS = 50;
  for (let count = 0; count < OUTPUTS; count += 1)
    await store.append('a', 1, [{ type: 'stream-appended', cell: 0, name: 'stdout', text: `${count}` }], 1000);
  await store.close();
  await expect.poll(async () => (await updatesOfRuns(url)).all - before.all).toBeGreaterThanOrEqual(OUTPUTS);
  const after = await updatesOfRuns(url);
  // one that finds no room on its page is written elsewhere, which all indexes must know
  expect(after.all - after.short).toBeLessThan(OUTPUTS / 2);
});

/** `short`: those that left all indexes as they were. */
async function updatesOfRuns(url: string): Promise<{ readonly all: number; readonly short: number }> {
  const [row] = await query(
    url,
    `select n_tup_upd::int as all, n_tup_hot_upd::int as short from pg_stat_user_tables where relname = 'runs'`,
  );
  return row as { all: number; short: number };
}

describe('with a long history', () => {
  it('each page reads only its own rows', async () => {
    const url = await createDatabase();
    await fillHistory(openPostgres({ url }));
    await query(url, 'vacuum analyze runs');
    const looks = Object.entries(historyLooks());
    const tooMany: unknown[] = [];
    for (const [name, look] of looks) {
      const before = await readsOfRuns(url);
      const store = await storeOn(openPostgres({ url }));
      await look.work(store);
      await store.close();
      const after = await readsOfRuns(url);
      const [scans, rows] = [after.scans - before.scans, after.rows - before.rows];
      if (scans > 0 || rows > look.rows) tooMany.push({ name, scans, rows });
    }
    expect(tooMany).toEqual([]);
  });
});

/** How often all runs were read, and how many rows by an index. A connection's numbers are there once it has ended. */
async function readsOfRuns(url: string): Promise<{ readonly scans: number; readonly rows: number }> {
  const others = `select 1 from pg_stat_activity
    where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`;
  await expect.poll(() => query(url, others)).toEqual([]);
  const [row] = await query(
    url,
    `select seq_scan::int as scans, idx_tup_fetch::int as rows from pg_stat_user_tables where relname = 'runs'`,
  );
  return row as { scans: number; rows: number };
}

describe('a connection that is cut inside a commit', () => {
  it.each(['before', 'after'] as const)('%s the server has it: what was written is there once', async (when) => {
    const url = await createDatabase();
    const cutter = await createCutter(server.port);
    const store = await openFor(url.replace(`:${server.port}/`, `:${cutter.port}/`), 'w');
    const cutNext = () => cutter.cutCommit(when);
    cutNext();
    expect(await store.create(newRun('a'), 1000, 10)).toMatchObject({ created: true, run: { id: 'a' } });
    await store.create(newRun('b'), 1000, 10);
    cutNext();
    expect(await store.claim('w', 2000)).toMatchObject({ run: { id: 'a' }, attempt: 1 });
    cutNext();
    const started = { type: 'run-started', attempt: 1, worker: 'w', cells: 2 } as const;
    expect((await store.append('a', 1, [started], 2000)).map(({ seq }) => seq)).toEqual([2]);
    cutNext();
    const same = { type: 'stream-appended', cell: 0, name: 'stdout', text: 'x' } as const;
    for (let count = 0; count < 2; count += 1) await store.append('a', 1, [same, same], 2000);
    cutNext();
    await store.append('a', 1, [{ type: 'run-finished', outcome: { type: 'succeeded' } }], 3000);
    cutNext();
    await store.noteCleanup({ atMs: 1, reports: { age: 1, count: 0, size: 0 }, bytes: 5 });
    cutNext();
    expect((await store.requestCancel('b', 'ana', 4000)).status).toBe('cancelled');
    expect((await store.events('a', 0, 100)).events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect((await store.events('b', 0, 100)).events.map(({ event }) => event.type)).toEqual([
      'run-queued',
      'run-finished',
    ]);
    expect(await store.clearings(10)).toHaveLength(1);
    expect(await store.find('a')).toMatchObject({ status: 'succeeded', attempt: 1 });
    expect(cutter.cuts()).toBe(7);
    await store.close();
    await cutter.close();
  });
});

describe('several processes on one PostgreSQL database', () => {
  it('allow together as many tries of the password as one', async () => {
    const url = await createDatabase();
    await (await open(url)).close();
    const engines = [openPostgres({ url }), openPostgres({ url })];
    const webs = engines.map(countTries);
    const took = await Promise.all(
      Array.from({ length: 20 }, (_, index) => webs[index % 2]!.take(['stranger', '192.0.2.7'], 1000)),
    );
    expect(took.filter((waitS) => waitS === undefined)).toHaveLength(5);
    expect(took.filter((waitS) => waitS === 900)).toHaveLength(15);
    await Promise.all(engines.map((engine) => engine.close()));
  });

  it('leave the bytes in a shared folder that another one is about to name in a report', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'shared-blobs-'));
    const url = await createDatabase();
    const store = await open(url);
    const engines = [openPostgres({ url }), openPostgres({ url })];
    const [one, other] = await Promise.all(engines.map((engine) => openBlobs({ folder, isUsual: true }, engine)));
    const { hash } = await one!.blobs.put(Buffer.from('x'));
    expect(await other!.blobs.delete(hash)).toBe(0);
    expect(await one!.blobs.get(hash)).toHaveLength(1);
    await Promise.all([store, ...engines].map((each) => each.close()));
    rmSync(folder, { recursive: true });
  });

  it('create its tables at the same time', async () => {
    const url = await createDatabase();
    const stores = await Promise.all([open(url), open(url), open(url)]);
    await stores[0]?.create(newRun('a'), 1000, 10);
    expect((await stores[2]?.find('a'))?.id).toBe('a');
    await Promise.all(stores.map((store) => store.close()));
  });

  it('give each waiting run to one worker, and one run to all submissions with its key', async () => {
    const url = await createDatabase();
    const stores = await Promise.all([open(url), open(url), open(url)]);
    const count = 60;
    await Promise.all(
      stores.flatMap((store, at) =>
        Array.from({ length: count / 3 }, (_, index) =>
          store.create(newRun(`r${at}-${index}`, { revision: String(index % 2).repeat(64) }), 1000, 1000),
        ),
      ),
    );
    const same = await Promise.all(
      stores.map((store, index) => store.create(newRun(`k${index}`, { idempotencyKey: 'key' }), 1000, 1000)),
    );
    expect(same.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(same.map(({ run }) => run.id)).size).toBe(1);
    const claimed = await Promise.all(
      stores.map(async (store, index) => {
        await store.renewLease(`w${index}`, 60_000);
        const ids: string[] = [];
        for (;;) {
          const claim = await store.claim(`w${index}`, 2000);
          if (claim === undefined) return ids;
          ids.push(claim.run.id);
        }
      }),
    );
    const ids = claimed.flat();
    expect([ids.length, new Set(ids).size]).toEqual([count + 1, count + 1]);
    await Promise.all(stores.map((store) => store.close()));
  });

  it('give each worker only runs whose needs it can meet, and say what no worker has', async () => {
    const store = await open(await createDatabase());
    const plain = { languages: ['python'], tags: [], memoryBytes: 1e9 };
    const gpu = { languages: ['python'], tags: ['gpu'] };
    await store.create(newRun('tagged', { needs: { language: 'python', tags: ['gpu'] } }), 1000, 10);
    await store.create(newRun('r', { needs: { language: 'r', tags: [] } }), 1000, 10);
    await store.create(newRun('any', { needs: { language: 'python', tags: [] } }), 1000, 10);
    await store.create(newRun('old'), 1000, 10);
    expect(await store.unmetNeed('old')).toBe('It waits for a worker: none is connected.');
    await store.renewLease('plain', 60_000, plain);
    expect(await store.unmetNeed('any')).toBeUndefined();
    expect(await store.unmetNeed('tagged')).toMatch(/tag “gpu”/);
    const taken = async (worker: string, offers: typeof plain | typeof gpu) =>
      (await store.claim(worker, 2000, { offers }))?.run.id;
    expect([await taken('plain', plain), await taken('plain', plain), await taken('plain', plain)]).toEqual([
      'any',
      'old',
      undefined,
    ]);
    await store.renewLease('gpu', 60_000, gpu);
    expect(await store.unmetNeed('tagged')).toBeUndefined();
    expect([...(await store.unplaced())]).toEqual([[expect.stringContaining('a kernel for r'), 1]]);
    expect([await taken('gpu', gpu), await taken('gpu', gpu)]).toEqual(['tagged', undefined]);
    // one of an earlier version, which says nothing, takes all
    await store.renewLease('older', 60_000);
    expect([await store.unmetNeed('r'), (await store.unplaced()).size]).toEqual([undefined, 0]);
    expect((await store.claim('older', 2000))?.run.id).toBe('r');
    await store.close();
  });

  it('give no run to a worker without a lease: others would end it at once', async () => {
    const store = await open(await createDatabase());
    await store.create(newRun('a'), 1000, 10);
    expect(await store.claim('w', 2000)).toBeUndefined();
    await store.renewLease('w', 0);
    expect(await store.claim('w', 2000)).toBeUndefined();
    await store.renewLease('w', 60_000);
    expect((await store.claim('w', 2000))?.run.id).toBe('a');
    await store.close();
  });

  it('recover the runs of a worker whose lease is over, each once, and no others', async () => {
    const url = await createDatabase();
    const stores = await Promise.all([open(url), open(url)]);
    const [store, other] = [stores[0]!, stores[1]!];
    for (const id of ['gone-started', 'gone-claimed', 'living']) await store.create(newRun(id), 1000, 10);
    for (const worker of ['gone', 'living', 'third']) await store.renewLease(worker, 60_000);
    for (const worker of ['gone', 'gone', 'living']) await store.claim(worker, 2000);
    for (const id of ['gone-started', 'living'])
      await store.append(id, 1, [{ type: 'run-started', attempt: 1, worker: 'w', cells: 2 }], 2000);
    expect(await other.recover('third', 3000)).toEqual({ lost: [], requeued: [] });
    await store.renewLease('gone', 0);
    const recovered = await Promise.all(
      [store, other, store, other].map((each, index) => each.recover(`w${index}`, 3000)),
    );
    expect(recovered.flatMap(({ lost }) => lost)).toEqual(['gone-started']);
    expect(recovered.flatMap(({ requeued }) => requeued)).toEqual(['gone-claimed']);
    expect((await other.claim('third', 4000))?.run.id).toBe('gone-claimed');
    await store.renewLease('third', 0);
    expect(await store.recover('w', 5000)).toMatchObject({ lost: [], requeued: ['gone-claimed'] });
    expect((await store.find('living'))?.status).toBe('starting');
    await Promise.all(stores.map((each) => each.close()));
  });

  it('notify each other, also after their connections were lost', async () => {
    const url = await createDatabase();
    const problems: unknown[] = [];
    const onProblem = (error: unknown) => problems.push(error);
    const [one, other] = await Promise.all([
      createSharedNotifier({ url, onProblem }),
      createSharedNotifier({ url, onProblem }),
    ]);
    const heard = (topic: string) => new Promise<void>((resolve) => other.listen(topic, resolve));
    const [first, own] = [heard('r1'), new Promise<void>((resolve) => one.listen('r1', resolve))];
    one.notify('r1');
    await Promise.all([first, own]);

    const [again, missed] = [heard('r2'), heard('r3')];
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen%' and datname = current_database()`,
    );
    await client.end();
    one.notify('r2');
    await Promise.all([again, missed]);
    expect(problems).not.toEqual([]);
    await Promise.all([one.close(), other.close()]);
  });

  it('are refused where the server does not let them in', async () => {
    const url = (await createDatabase()).replace(encodeURIComponent(server.password), 'wrong');
    await expect(createSharedNotifier({ url, onProblem: () => undefined })).rejects.toThrow('password');
    await expect(open(url)).rejects.toThrow('password');
  });
});
