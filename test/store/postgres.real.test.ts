/** The contract on a real PostgreSQL server, and what only several connections can show. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPostgres } from '../../src/store/engine/postgres.ts';
import { createRunStore } from '../../src/store/run-store.ts';
import { createSecretBox } from '../../src/store/secret.ts';
import { createNotifier } from '../../src/store/notifier.ts';
import type { RunStore } from '../../src/domain/run/run-store.ts';
import { findPostgres, startPostgres, type PostgresServer } from '../connection/postgres.ts';
import { newRun, testRunStore } from './contract.ts';

let server: PostgresServer;
let databases = 0;

beforeAll(async () => {
  const bin = findPostgres();
  if (bin === undefined) throw new Error('PostgreSQL is not installed; npm test installs it.');
  server = await startPostgres(bin);
});
afterAll(() => server.stop());

const address = (name: string) =>
  `postgres://ana:${encodeURIComponent(server.password)}@127.0.0.1:${server.port}/${name}`;

/** Of a new, empty database. */
async function createDatabase(): Promise<string> {
  const name = `d${(databases += 1)}`;
  const client = new pg.Client({ connectionString: address('postgres') });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  return address(name);
}

const open = (url: string): Promise<RunStore> =>
  createRunStore({
    engine: openPostgres(url),
    secrets: createSecretBox(randomBytes(32)),
    notifier: createNotifier(),
    retainMs: 10_000,
  });

testRunStore('PostgreSQL', async () => open(await createDatabase()));

describe('several processes on one PostgreSQL database', () => {
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
});
