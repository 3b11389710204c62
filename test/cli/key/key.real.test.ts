/** The commands for the key of the server: replaced step by step, and forgotten by the database when it is lost. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { databaseAddress } from '../../../src/config/config-database.ts';
import { openStore } from '../../../src/store/open.ts';
import { findPostgres, startPostgres, type PostgresServer } from '../../connection/postgres.ts';
import { newRun } from '../../store/contract.ts';
import { MAIN } from '../command.ts';

let postgres: PostgresServer;
let folder: string;
let data: string;
let file: string;
let url: string;
const keys = () => readFileSync(file, 'utf8').trim().split('\n');

beforeAll(async () => {
  const bin = findPostgres();
  if (bin === undefined) throw new Error('PostgreSQL is not installed; npm test installs it.');
  postgres = await startPostgres(bin);
}, 60_000);
afterAll(() => postgres.stop());
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'key-'));
  data = join(folder, 'data');
  file = join(folder, 'key');
  url = await postgres.address();
  return () => rmSync(folder, { recursive: true, force: true });
});

async function command(words: readonly string[], environment: NodeJS.ProcessEnv = {}, input = '') {
  const running = promisify(execFile)(process.execPath, [MAIN, 'key', ...words], {
    env: { ...process.env, ...environment },
  });
  running.child.stdin?.end(input);
  return running.then(
    ({ stdout, stderr }) => ({ code: 0, said: stdout + stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      said: error.stdout + error.stderr,
    }),
  );
}

/** As a process starts with the keys; `role` as in the list of processes. */
const open = (serverKeys: readonly string[], role = 'test') => {
  const database = databaseAddress(url);
  if (database === undefined) throw new Error('no address');
  const shared = { database, role, onProblem: () => undefined };
  return openStore(data, { retainMs: 1000 }, { shared, serverKeys });
};
const onDatabase = () => ({ SCRIPT_RUNNER_DATABASE: url });
const rotate = (...words: string[]) =>
  command(['rotate', file, ...words, '--folder', folder, '--data', data], onDatabase());

describe('the key of the server', () => {
  it('is replaced in three steps, between which each process knows the keys of the others', async () => {
    writeFileSync(file, 'first-key-of-this-test-0123456789-abc\n', { mode: 0o640 });
    const [first = ''] = keys();
    const before = await open([first]);
    const session = before.seals.seal({ a: 'sealed' }, 'x');
    await before.close();
    expect(await rotate('use')).toMatchObject({ code: 2, said: expect.stringContaining('has one key only. First') });
    expect(await rotate('add')).toMatchObject({ code: 0, said: expect.stringContaining(`rotate ${file} use`) });
    const [, second = ''] = keys();
    expect([keys(), second.length, statSync(file).mode & 0o777]).toEqual([[first, second], 43, 0o640]);
    await (await open(keys())).close();
    expect(await rotate('use')).toMatchObject({ code: 0, said: expect.stringContaining('30 days') });
    expect(keys()).toEqual([second, first]);
    const after = await open(keys());
    expect(after.seals.open(session, 'x')).toEqual({ a: 'sealed' });
    await after.close();
    expect(await rotate('remove')).toMatchObject({ code: 0 });
    expect([keys(), readdirSync(folder).filter((name) => name.startsWith('key'))]).toEqual([[second], ['key']]);
    await (await open(keys())).close();
    await expect(open([first])).rejects.toThrow('use a key that this one does not have');
  });

  it('is not removed while a run that waits needs it, unless that is wanted', async () => {
    writeFileSync(file, 'first-key-of-this-test-0123456789-abc\n');
    const store = await open(keys());
    await store.runs.create(newRun('a', { secrets: { password: 'word' } }), 1000, 10);
    await store.close();
    await rotate('add');
    await rotate('use');
    const both = keys();
    expect(await rotate('remove')).toMatchObject({
      code: 1,
      said: expect.stringContaining('1 waiting or running run'),
    });
    expect(keys()).toEqual(both);
    expect(await rotate('remove', '--yes')).toMatchObject({ code: 0 });
    expect(keys()).toEqual(both.slice(0, 1));
  });

  it('is begun in a new file for its user alone, and a file that cannot be used stays as it is', async () => {
    expect(await rotate('add')).toMatchObject({ code: 0, said: expect.stringContaining('SERVER_KEY_FILE') });
    expect([keys().length, statSync(file).mode & 0o777]).toEqual([1, 0o600]);
    for (let count = 0; count < 4; count += 1) await rotate('add');
    const five = keys();
    expect(await rotate('add')).toMatchObject({ code: 2, said: expect.stringContaining('5 keys already') });
    expect(await rotate('turn')).toMatchObject({ code: 2, said: expect.stringContaining('add, use, remove') });
    expect(keys()).toEqual(five);
    file = join(folder, 'absent', 'key');
    expect(await rotate('add')).toMatchObject({ code: 2, said: expect.stringContaining('cannot be written (ENOENT)') });
    file = join(folder, 'pipe');
    symlinkSync('/dev/zero', file);
    expect(await rotate('add')).toMatchObject({ code: 2, said: expect.stringContaining('it is a pipe') });
  });

  it('is forgotten by the database when it is lost: after the word, and not while a process works', async () => {
    const store = await open(['lost-key-of-this-test-0123456789-abcd'], 'web');
    await store.runs.create(newRun('a', { secrets: { password: 'word' } }), 1000, 10);
    const forget = (input: string, ...words: string[]) =>
      command(['forget', folder, '--data', data, ...words], onDatabase(), input);
    expect(await forget('forget\n')).toMatchObject({
      code: 1,
      said: expect.stringMatching(/in use by .*web.*Stop all/),
    });
    await store.close();
    const next = ['next-key-of-this-test-0123456789-abcd'];
    await expect(open(next)).rejects.toThrow('use a key that this one does not have');
    const refused = await forget('no\n');
    expect(refused).toMatchObject({ code: 2, said: expect.stringContaining('Nothing was changed') });
    for (const text of ['everybody signs in again', 'the passwords of 1 waiting', 'operator’s token'])
      expect(refused.said).toContain(text);
    await expect(open(next)).rejects.toThrow('use a key that this one does not have');
    expect(await forget('forget\n')).toMatchObject({ code: 0, said: expect.stringContaining('Forgotten.') });
    expect(await forget('', '--yes')).toMatchObject({ code: 0, said: expect.stringContaining('knows no key') });
    await (await open(next)).close();
    expect(await forget('', '--yes')).toMatchObject({ code: 0, said: expect.stringContaining('Forgotten.') });
  });

  it('on SQLite is known to no database, and the command says what to do', async () => {
    expect(await command(['forget', folder, '--data', data])).toMatchObject({
      code: 2,
      said: expect.stringContaining('the next start makes new ones'),
    });
  });
});
