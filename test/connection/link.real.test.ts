import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { createConnectionSource } from '../../src/connection/connection-source.ts';
import { createBench, say } from '../kernel/fixture.ts';
import { testPython } from '../python.ts';
import { findMariadb, startMariadb } from './mariadb.ts';
import { findPostgres, startPostgres } from './postgres.ts';
import { programsIn } from '../program.ts';

const program = programsIn(import.meta.dirname);

const folder = mkdtempSync(join(tmpdir(), 'link-'));
afterAll(() => rmSync(folder, { recursive: true }));
const database = join(folder, 'data/shop.db');
mkdirSync(join(folder, 'data'));
mkdirSync(join(folder, '.link'));
execFileSync(testPython(), [
  '-c',
  'import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute("create table t as select 1 as A, 2.5 as b"); c.commit()',
  database,
]);

/** What `program/choices.py` prints. */
const CHOICES = [true, false]
  .map((hasDialect) =>
    [
      '[]',
      "[('1',)]",
      'refused: True | refused: True | refused: True',
      `${hasDialect ? 'True' : 'False'} [('1',)]`,
      '',
    ].join('\n'),
  )
  .join('');

/** What a run of a script that sees these connections is given. */
async function prepare(dbs: object) {
  writeFileSync(join(folder, '.link/link.config'), JSON.stringify({ dbs }), { mode: 0o600 });
  const directory = mkdtempSync(join(folder, 'run-'));
  return createConnectionSource({
    folder: join(folder, '.link'),
    scripts: folder,
    environment: {},
    allows: () => true,
  }).forScript('s', directory);
}
const SHOP = { shop: { wrapper: 'SqliteDB', path: database } };
const NOTEBOOK = program('select');

describe('a notebook', () => {
  it('opens its database with the real link, in a real kernel', async () => {
    const { environment } = await prepare(SHOP);
    const kernel = await (await createBench({ shownFolders: [folder] })).take({ environment });
    expect(await say(kernel, NOTEBOOK)).toMatchObject({
      status: 'ok',
      text: "[(1, 2.5)] ['a'] [(2.5,)]\n[{'a': 1, 'b': 2.5}]\n[{'A': 1, 'b': 2.5}] True\n",
    });
  });

  it('changes its database for good, although its other writes are thrown away', async () => {
    const bench = await createBench({ shownFolders: [folder] });
    const path = join(bench.scripts, 'db/counter.db');
    mkdirSync(join(bench.scripts, 'db'));
    writeFileSync(path, '');
    const { environment, writablePaths } = await prepare({ counter: { wrapper: 'SqliteDB', path } });
    expect(writablePaths).toEqual([join(bench.scripts, 'db')]);
    const kernel = await bench.take({ environment, writablePaths });
    const code =
      'from link import lnk\nc = lnk.dbs.counter\nc.execute("create table n as select 42 as n")\nc.commit()\nopen("gone.txt", "w").close()';
    expect(await say(kernel, code)).toMatchObject({ status: 'ok' });
    await kernel.kill();
    expect(
      execFileSync(
        testPython(),
        [
          '-c',
          'import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute("select n from n").fetchone()[0])',
          path,
        ],
        { encoding: 'utf8' },
      ),
    ).toBe('42\n');
  });

  it('has the same calls where link is not installed', async () => {
    const { environment } = await prepare(SHOP);
    // -S: no installed packages, so no link.
    const run = (code: string) =>
      spawnSync(testPython(), ['-S', '-c', code], {
        encoding: 'utf8',
        env: { ...environment, PYTHONPATH: resolve('python') },
      });
    const { stdout, stderr } = run(program('select-without-link'));
    expect(stderr).toBe('');
    expect(stdout).toBe(
      [
        "True ['shop'] [(1,)]",
        "[(1, 2.5)] ['a'] [(2.5,)] [{'a': 1}]",
        '[(3,)]',
        'There is no connection dbs.other. Known: dbs.shop.',
        '',
      ].join('\n'),
    );
    expect(readFileSync(join(environment['LNK_DIR']!, 'link.config'), 'utf8')).toContain('SqliteDB');
  });

  const bin = findPostgres();
  const hasDriver = spawnSync(testPython(), ['-c', 'import psycopg2']).status === 0;
  it.skipIf(!bin || !hasDriver)('reads a real PostgreSQL database (needs postgresql, needs psycopg2)', async () => {
    const server = await startPostgres(bin!);
    onTestFinished(() => server.stop());
    const login = {
      wrapper: 'PostgresDB',
      host: '127.0.0.1',
      port: server.port,
      user: 'ana',
      password: server.password,
      database: 'postgres',
    };
    const { environment, secrets } = await prepare({
      pg: login,
      shop: login,
      fixed: { ...login, readonly: true },
    });
    expect(secrets).toEqual([server.password]);
    const kernel = await (await createBench({ shownFolders: [folder] })).take({ environment });
    const { text, status } = await say(kernel, program('postgresql'));
    expect({ text, status }).toEqual({
      status: 'ok',
      text: "[(1, 2.5)] [{'a': 1, 'b': 2.5}]\n[{'a': 1, 'b': 2.5}]\nReadOnlySqlTransaction\nReadOnlySqlTransaction\n",
    });
    const named = 'pg.execute("alter table t add c text default \'é\'")\npg.commit()\n';
    expect(await say(kernel, named + program('choices'))).toMatchObject({ status: 'ok', text: CHOICES });
  });

  const mariadb = findMariadb();
  const hasPymysql = spawnSync(testPython(), ['-c', 'import pymysql']).status === 0;
  it.skipIf(!mariadb || !hasPymysql)(
    'reads a real MariaDB database, with and without link, and shows no password where it is refused (needs mariadb, needs pymysql)',
    async () => {
      const server = await startMariadb(mariadb!);
      onTestFinished(() => server.stop());
      const login = {
        wrapper: 'MysqlDB',
        host: '127.0.0.1',
        port: server.port,
        user: 'ana',
        password: server.password,
        database: 'sales',
      };
      const { environment, secrets } = await prepare({ shop: login, wrong: { ...login, password: 'wr0ng-pass/word' } });
      expect(secrets).toEqual([server.password, 'wr0ng-pass/word']);
      const kernel = await (await createBench({ shownFolders: [folder] })).take({ environment });
      const { text, status } = await say(kernel, program('mariadb'));
      expect({ text, status }).toEqual({
        status: 'ok',
        text: "[('1', '2.5', 'é')] [{'a': 1}]\n[{'A': 1, 'c': 'é'}]\nTrue False\nTrue False\n",
      });
      expect(await say(kernel, program('choices'))).toMatchObject({ status: 'ok', text: CHOICES });
      // the driver alone, without link beside it
      const driver = spawnSync(testPython(), ['-c', 'import os, pymysql; print(os.path.dirname(pymysql.__file__))'], {
        encoding: 'utf8',
      }).stdout.trim();
      mkdirSync(join(folder, 'driver'));
      symlinkSync(driver, join(folder, 'driver/pymysql'));
      const bare = `
from link import lnk; import link
print(link.__file__.startswith(${JSON.stringify(resolve('python'))}), [tuple(map(str, row)) for row in lnk.dbs.shop.select("select a, b, c from t").data], lnk.dbs.shop.select("select A from t").columns)`;
      const own = spawnSync(testPython(), ['-S', '-c', bare], {
        encoding: 'utf8',
        env: {
          ...environment,
          PYTHONIOENCODING: 'utf-8',
          PYTHONPATH: `${resolve('python')}:${join(folder, 'driver')}`,
        },
      });
      expect(own.stderr).toBe('');
      expect(own.stdout).toBe("True [('1', '2.5', 'é')] ['a']\n");
    },
  );
});
