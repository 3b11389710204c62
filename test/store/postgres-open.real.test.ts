/** What is said, in one sentence, about PostgreSQL databases that cannot be used; nothing is changed then. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { databaseAddress } from '../../src/config/config-database.ts';
import { openStore } from '../../src/store/open.ts';
import { findPostgres, query, startPostgres, type PostgresServer } from '../connection/postgres.ts';
import { freePort } from '../free-port.ts';
import { newRun } from './contract.ts';
import { session } from './contract-session.ts';

let server: PostgresServer;
beforeAll(async () => {
  const bin = findPostgres();
  if (bin === undefined) throw new Error('PostgreSQL is not installed; npm test installs it.');
  server = await startPostgres(bin);
});
afterAll(() => server.stop());

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'shared-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function open(url: string, folder = newFolder(), mustLead = false) {
  const database = databaseAddress(url);
  if (database === undefined) throw new Error('no address');
  return openStore(
    folder,
    { retainMs: 1000 },
    { shared: { database, role: 'test', onProblem: () => undefined, mustLead } },
  );
}

const refused = (url: string, folder?: string) =>
  open(url, folder).then(
    () => 'opened',
    (error: Error) => error.message,
  );
const tables = async (url: string) => (await query(url, `select 1 from pg_tables where schemaname = 'public'`)).length;

describe('a database that cannot be used', () => {
  it('is refused without a server, with a wrong password, and where it does not exist', async () => {
    const [url, port] = [await server.address('postgres'), await freePort()];
    expect(await refused(url.replace(`:${server.port}`, `:${port}`))).toBe(
      `The database postgres://ana@127.0.0.1:${port}/postgres cannot be reached: nothing listens there. Start PostgreSQL, or correct the host and port.`,
    );
    expect(await refused(url.replace('127.0.0.1', 'no-such-host.invalid'))).toMatch(
      /cannot be reached: (there is no such host|the name of its host)/,
    );
    expect(await refused(url.replace(encodeURIComponent(server.password), 'wr0ng-word'))).toMatch(
      /^The database \S+ refuses the user or the password\./,
    );
    expect(await refused(url.replace(`:${encodeURIComponent(server.password)}`, ''))).toContain('asks for a password');
    expect(await refused(await server.address('absent'))).toContain('does not exist on its server');
  });

  it('is refused where this user may not create tables', async () => {
    const url = await server.address();
    await query(url, `revoke create on schema public from public; create user bob password 'b0b-b0b'`);
    const bobs = url.replace(/ana:[^@]+/, 'bob:b0b-b0b');
    expect(await refused(bobs)).toMatch(/gives this user too few rights: permission denied for schema public\./);
    expect(await tables(url)).toBe(0);
  });

  it('is refused if a newer version wrote it, if it is older than 14, or stores no UTF-8', async () => {
    const [newer, older] = [await server.address(), await server.address()];
    await (await open(newer)).close();
    await query(newer, `insert into kysely_migration values ('9999-future', '2030-01-01')`);
    expect(await refused(newer)).toBe(
      'This data was written by a newer version of Script Runner. Start that version, or choose another database.',
    );
    await query(
      older,
      `create function public.current_setting(text) returns text language sql as $$ select '130004' $$;
       alter database ${new URL(older).pathname.slice(1)} set search_path = public, pg_catalog`,
    );
    expect(await refused(older)).toContain('is on PostgreSQL 130004. Script Runner needs 14 or newer.');
    await query(newer, `create database latin encoding 'LATIN1' lc_collate 'C' lc_ctype 'C' template template0`);
    const latin = await server.address('latin');
    expect(await refused(latin)).toContain('stores texts as LATIN1');
    expect([await tables(older), await tables(latin)]).toEqual([0, 0]);
  });

  it('is refused to who must be alone while another process does its maintenance, which is named', async () => {
    const [url, folder] = [await server.address(), newFolder()];
    const [store, other] = await Promise.all([open(url, folder), open(url, folder)]);
    expect(await store.leads()).toBe(true);
    expect([await other.leads(), await store.leads()]).toEqual([false, true]);
    await expect(open(url, folder, true)).rejects.toThrow(
      new RegExp(`is in use by script-runner test \\(process ${process.pid} on \\S+\\)\\.`),
    );
    await store.close();
    expect(await other.leads()).toBe(true);
    await other.close();
    await (await open(url, folder, true)).close();
  });
});

describe('processes that share a database', () => {
  it('have the same keys, and know which sessions have ended', async () => {
    const [url, folder] = [await server.address(), newFolder()];
    const [one, other] = await Promise.all([open(url, folder), open(url, folder)]);
    await one.sessions.add('hash', session('a', 'ana'));
    expect(await other.sessions.find('hash')).toMatchObject({ personId: 'ana' });
    await one.sessions.endOf('ana');
    expect(await one.sessions.find('hash')).toBeUndefined();
    await expect.poll(() => other.sessions.find('hash')).toBeUndefined();
    await one.runs.create(newRun('a', { secrets: { key: 'hunter2' } }), 1000, 10);
    await other.runs.renewLease('w', 60_000);
    expect((await other.runs.claim('w', 1))?.secrets).toEqual({ key: 'hunter2' });
    await Promise.all([one.close(), other.close()]);
  });

  it('count the workers that live', async () => {
    const store = await open(await server.address());
    onTestFinished(() => store.close());
    await store.runs.renewLease('a', 60_000);
    await store.runs.renewLease('b', 60_000);
    await store.runs.renewLease('b', 0);
    expect(await store.runs.workers()).toBe(1);
  });
});

describe('processes with keys from the settings', () => {
  const [first, second, other] = ['a', 'b', 'c'].map((letter) => letter.repeat(43));
  const start = (url: string, serverKeys: readonly string[], folder = newFolder()) => {
    const blobs = { folder: join(files, 'blobs'), isUsual: false };
    const shared = { database: databaseAddress(url)!, role: 'test', onProblem: () => undefined, ownFolder: true };
    return openStore(folder, { retainMs: 1000 }, { shared, blobs, serverKeys });
  };
  let files: string;
  beforeEach(() => {
    files = newFolder();
  });

  it('share no folder, and keep what is encrypted and signed when the key is replaced, until it is removed', async () => {
    const url = await server.address();
    const lifes: string[][] = [];
    const claimed = async (name: string, keys: readonly string[]) => {
      const store = await start(url, keys);
      lifes.push([...store.operatorTokens]);
      await store.runs.renewLease('w', 60_000);
      const found = (await store.runs.claim('w', 1))?.secrets;
      await store.runs.create(newRun(name, { secrets: { key: 'hunter2' } }), 1, 10);
      await store.close();
      return found;
    };
    await claimed('a', [first!]);
    expect(await claimed('b', [first!, second!])).toEqual({ key: 'hunter2' });
    expect(await claimed('c', [second!, first!])).toEqual({ key: 'hunter2' });
    expect(await claimed('d', [second!])).toEqual({ key: 'hunter2' });
    expect(lifes.map((tokens) => tokens.map((token) => lifes[0]!.includes(token)))).toEqual([
      [true],
      [true, false],
      [false, true],
      [false],
    ]);
    const [{ key_fingerprint: print }] = (await query(url, 'select key_fingerprint from identity')) as [
      { key_fingerprint: string },
    ];
    expect(print).toMatch(/^[\da-f]{32}$/);
  });

  it('end a run whose password only a removed key opens', async () => {
    const url = await server.address();
    const store = await start(url, [first!]);
    await store.runs.create(newRun('a', { secrets: { key: 'hunter2' } }), 1, 10);
    const rotated = await start(url, [second!, first!]);
    await rotated.close();
    const later = await start(url, [second!]);
    await later.runs.renewLease('w', 60_000);
    expect(await later.runs.claim('w', 1)).toBeUndefined();
    expect(await later.runs.find('a')).toMatchObject({ outcome: { exception: { name: 'PasswordUnreadable' } } });
    await Promise.all([store.close(), later.close()]);
  });

  it('are refused with one sentence if they have another key, or none', async () => {
    const url = await server.address();
    await (await start(url, [first!])).close();
    const sentence = /^The processes of postgres:\/\/ana@\S+ use a key that this one does not have\. Give all of them/;
    const [foreign, empty] = [newFolder(), newFolder()];
    await expect(start(url, [other!], foreign)).rejects.toThrow(sentence);
    await expect(start(url, [], empty)).rejects.toThrow(sentence);
    expect([foreign, empty].map((folder) => existsSync(join(folder, 'secret.key')))).toEqual([false, false]);
    expect(await refused(url)).toMatch(/Without a shared folder, set SCRIPT_RUNNER_SERVER_KEY, and artifacts/);
  });

  it('go on with a key that was made in the data folder, as the oldest one', async () => {
    const [url, folder] = [await server.address(), newFolder()];
    const made = await open(url, folder);
    await made.runs.create(newRun('a', { secrets: { key: 'hunter2' } }), 1, 10);
    await made.close();
    const database = databaseAddress(url)!;
    const shared = { database, role: 'test', onProblem: () => undefined };
    const store = await openStore(folder, { retainMs: 1000 }, { shared, serverKeys: [first!] });
    expect(store.operatorTokens).toContain(made.operatorTokens[0]);
    await store.runs.renewLease('w', 60_000);
    expect((await store.runs.claim('w', 1))?.secrets).toEqual({ key: 'hunter2' });
    await store.close();
    expect(await refused(url, folder)).toContain('use a key that this one does not have');
  });
});

describe('a database and its data folder', () => {
  it('belong together, whichever of the two is exchanged', async () => {
    const [one, other] = [await server.address(), await server.address()];
    const [folder, foreign] = [newFolder(), newFolder()];
    await (await open(one, folder)).close();
    await (await open(other, foreign)).close();
    expect(await refused(one, newFolder())).toContain('does not have the files of the reports in postgres://ana@');
    expect(await refused(one, foreign)).toContain('belongs to another database');
    expect(await refused(await server.address(), folder)).toContain('belongs to another database');
    await expect(openStore(folder, { retainMs: 1 })).rejects.toThrow('belongs to a PostgreSQL database');
    expect(existsSync(join(folder, 'runs.db'))).toBe(false);
    await (await open(one, folder)).close();
  });

  it('is not mixed with reports on SQLite', async () => {
    const [url, folder] = [await server.address(), newFolder()];
    await (await openStore(folder, { retainMs: 1 })).close();
    expect(await refused(url, folder)).toContain('has reports of its own, in runs.db');
  });
});

it('stores texts with characters that PostgreSQL refuses', async () => {
  const store = await open(await server.address());
  onTestFinished(() => store.close());
  await store.runs.create(newRun('a', { title: 'a\0b \ud800', given: { x: '\0\ud800' } }), 1000, 10);
  expect(await store.runs.find('a')).toMatchObject({ title: 'ab \ufffd', given: { x: '\0\ud800' } });
});
