import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createConnectionSource } from '../../src/connection/connection-source.ts';
import { parseLinkConfig } from '../../src/connection/link-config.ts';
import { openProjectSecrets, openSecretStore } from '../../src/connection/secret-store.ts';
import { readConnectionRules } from '../../src/domain/connection/connection-rule.ts';

let project: string;
let run: string;
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'connection-'));
  run = join(project, 'run');
  mkdirSync(join(project, '.link'));
  mkdirSync(run);
  writeFileSync(join(project, 'data.db'), '');
});
afterEach(() => rmSync(project, { recursive: true }));

const sourceOf = (config: unknown, lines: string[] = [], environment: Record<string, string> = {}) => {
  writeFileSync(join(project, '.link/link.config'), typeof config === 'string' ? config : JSON.stringify(config), {
    mode: 0o600,
  });
  return createConnectionSource({
    folder: join(project, '.link'),
    scripts: join(project, 'scripts'),
    environment,
    allows: readConnectionRules(lines),
  });
};
const CONFIG = {
  dbs: {
    shop: { wrapper: 'SqliteDB', path: 'data.db' },
    warehouse: { wrapper: 'PostgresDB', host: 'db', user: 'ana', password: { env: 'PG_PASSWORD' }, database: 'sales' },
    weak: { wrapper: 'MysqlDB', host: 'db', user: 'bo', password: 'abc' },
  },
};

it('names a store of secrets, or its key, that is a pipe, and waits for neither', async () => {
  const pipes = [join(project, '.link/secrets.json'), join(project, 'key')];
  execFileSync('mkfifo', pipes);
  const config = { dbs: { shop: { wrapper: 'PostgresDB', host: 'db', user: 'ana', password: { secret: 'db' } } } };
  const { connections } = await sourceOf(config).list();
  expect(JSON.stringify(connections[0]?.problems)).toContain(`${pipes[0]} cannot be read: it is a pipe, a device`);
  const locked = openProjectSecrets(join(project, 'none'), { SCRIPT_RUNNER_SECRET_KEY_FILE: pipes[1] });
  expect(() => locked.set('name', 'value')).toThrow(`${pipes[1]} cannot be read: it is a pipe, a device`);
});

it('says so where a pipe lies in the place of the folder', async () => {
  const folder = join(project, 'pipe');
  execFileSync('mkfifo', [folder]);
  const source = createConnectionSource({ folder, scripts: project, environment: {}, allows: () => true });
  expect((await source.list()).problems).toMatchObject([{ what: `${folder} is not a folder.` }]);
});

it('follows a folder of secrets that is replaced by renaming a link, as Kubernetes does', async () => {
  const link = join(project, '.link');
  const publish = (version: string, password: string, token: string) => {
    mkdirSync(join(link, version));
    const shop = { wrapper: 'PostgresDB', host: 'db', user: 'ana', database: 'd', password: { file: 'password' } };
    const store = { ...shop, password: { env: 'TOKEN' } };
    writeFileSync(
      join(link, version, 'link.config'),
      JSON.stringify({ dbs: { shop, [`store${version.length}`]: store } }),
      {
        mode: 0o600,
      },
    );
    writeFileSync(join(link, version, 'password'), password, { mode: 0o600 });
    writeFileSync(join(link, version, 'token'), token, { mode: 0o600 });
    symlinkSync(version, join(link, '..new'));
    renameSync(join(link, '..new'), join(link, '..data'));
  };
  publish('..one', 'First-words', 'First-token');
  for (const name of ['link.config', 'password', 'token']) symlinkSync(`..data/${name}`, join(link, name));
  const environment = { TOKEN_FILE: join(link, 'token') };
  const source = createConnectionSource({ folder: link, scripts: project, environment, allows: () => true });
  expect((await source.forScript('any', run)).secrets.toSorted()).toEqual(['First-token', 'First-words']);
  publish('..two-more', 'Second-words', 'Second-token');
  rmSync(join(link, '..one'), { recursive: true });
  const later = join(project, 'later');
  mkdirSync(later);
  expect((await source.forScript('any', later)).secrets.toSorted()).toEqual(['Second-token', 'Second-words']);
  expect(readFileSync(join(later, 'link.config'), 'utf8')).toContain('store10');
});

describe('the connections of a project', () => {
  it('reach a run as a file, variables and secrets', async () => {
    const prepared = await sourceOf(CONFIG, [], { PG_PASSWORD: 'S3cret-words' }).forScript('any', run);
    const path = join(run, 'link.config');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
      apis: {},
      dbs: {
        shop: { wrapper: 'SqliteDB', path: join(project, 'data.db') },
        warehouse: { wrapper: 'PostgresDB', host: 'db', user: 'ana', password: 'S3cret-words', database: 'sales' },
      },
    });
    expect(prepared).toEqual({
      lacksConfig: false,
      environment: {
        LNK_DIR: run,
        SHOP_URL: `sqlite:///${join(project, 'data.db')}`,
        WAREHOUSE_URL: 'postgresql://ana:S3cret-words@db/sales',
      },
      secrets: ['S3cret-words'],
      writablePaths: [project],
      switchedOff: [{ name: 'dbs.weak', notice: expect.stringContaining('weak is switched off') as string }],
    });
  });

  it('are kept from scripts that may not see them, yet hidden in what these say', async () => {
    const prepared = await sourceOf(CONFIG, ['sales/*: *', '*: shop'], { PG_PASSWORD: 'S3cret-words' }).forScript(
      'other',
      run,
    );
    expect(prepared.environment).toEqual({ LNK_DIR: run, SHOP_URL: expect.any(String) as string });
    expect(readFileSync(join(run, 'link.config'), 'utf8')).not.toContain('warehouse');
    expect(prepared.secrets).toEqual(['S3cret-words']);
    expect(prepared.switchedOff).toEqual([]);
  });

  it('lead to a file beside the script first, as in Jupyter', async () => {
    const source = sourceOf({
      dbs: { shop: { wrapper: 'SqliteDB', path: 'data.db' }, other: { wrapper: 'SqliteDB', path: 'sub/new.db' } },
    });
    mkdirSync(join(project, 'scripts/sales'), { recursive: true });
    writeFileSync(join(project, 'scripts/sales/data.db'), '');
    expect(await source.forScript('sales/weekly', run)).toMatchObject({
      environment: {
        SHOP_URL: `sqlite:///${join(project, 'scripts/sales/data.db')}`,
        OTHER_URL: `sqlite:///${join(project, 'scripts/sales/sub/new.db')}`,
      },
      writablePaths: [join(project, 'scripts/sales')],
    });
  });

  it('are listed with what is wrong, never with a secret', async () => {
    const { connections, problems } = await sourceOf(CONFIG).list();
    expect(problems).toEqual([]);
    expect(connections.map(({ name, target, problems: own }) => [name, target, own.map(({ what }) => what)])).toEqual([
      ['dbs.shop', 'data.db', []],
      [
        'dbs.warehouse',
        'ana@db/sales',
        [
          '"password": The variable PG_PASSWORD is not set. Set it, or PG_PASSWORD_FILE to the path of a file that contains the value.',
        ],
      ],
      [
        'dbs.weak',
        'bo@db',
        [
          'Its "password" cannot be hidden in reports: it is shorter than 6 characters, so hiding it would blank ordinary text.',
        ],
      ],
    ]);
    expect(JSON.stringify(connections)).not.toContain('abc');
  });

  it('need no file', async () => {
    const source = createConnectionSource({
      folder: join(project, 'nowhere'),
      scripts: project,
      environment: {},
      allows: () => true,
    });
    expect(await source.list()).toMatchObject({ problems: [], warnings: [], connections: [] });
    expect((await source.forScript('any', run)).environment).toEqual({ LNK_DIR: run });
    expect(readFileSync(join(run, 'link.config'), 'utf8')).toBe('{"dbs":{},"apis":{}}');
  });

  it('do not keep a run from starting when the file is broken', async () => {
    const source = sourceOf('{"dbs": {');
    expect((await source.list()).problems).toEqual([expect.objectContaining({ where: 'line 1, column 10' })]);
    expect((await source.forScript('any', run)).secrets).toEqual([]);
  });

  it('warn when others can read the file', async () => {
    const source = sourceOf(CONFIG);
    expect((await source.list()).warnings).toEqual([]);
    chmodSync(join(project, '.link/link.config'), 0o644);
    expect((await source.list()).warnings).toHaveLength(1);
  });

  it('are tried one at a time', async () => {
    const source = sourceOf(CONFIG);
    expect((await source.forTest('dbs.shop', run)).environment).toHaveProperty('SHOP_URL');
    await expect(source.forTest('dbs.weak', run)).rejects.toMatchObject({ code: 'invalid' });
    await expect(source.forTest('dbs.none', run)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('may keep their passwords in the encrypted store', async () => {
    const file = join(project, 'key');
    writeFileSync(file, 'a long key\n');
    openSecretStore(join(project, '.link/secrets.json'), () => 'a long key', 15).set('db', 'Stored-w0rds');
    const config = {
      dbs: { x: { wrapper: 'PostgresDB', host: 'h', database: 'd', user: 'u', password: { secret: 'db' } } },
    };
    expect((await sourceOf(config, [], { SCRIPT_RUNNER_SECRET_KEY_FILE: file }).forScript('s', run)).secrets).toEqual([
      'Stored-w0rds',
    ]);
    expect((await sourceOf(config).list()).connections[0]?.problems[0]?.what).toContain('The secret store is locked');
  });

  it('derives the key of the store by today’s costs as soon as a value is set, and reads what had lower ones', () => {
    const path = join(project, '.link/secrets.json');
    const db = { iv: 'JOrJHiK3oeyGQmjr', tag: 'sv3wd6ZFGaMZdyum3ubj+g==', data: 'nF4tZ7Flwrywe09W' };
    const before = { version: 1, salt: '3dpZ9vuMG+/vHpNORhf9nA==', values: { db } };
    writeFileSync(path, JSON.stringify(before));
    const store = (key = 'a long key') => openSecretStore(path, () => key);
    expect(store().get('db')).toBe('Stored-w0rds');
    expect(() => store('another').set('other', 'More-w0rds')).toThrow('The key does not open the secret store');
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(before);
    store().set('other', 'More-w0rds');
    const after = JSON.parse(readFileSync(path, 'utf8')) as typeof before & { readonly cost: number };
    expect(after.cost).toBe(17);
    expect(after.salt).not.toBe(before.salt);
    expect(after.values.db).not.toEqual(db);
    const opened = store();
    expect([opened.get('db'), opened.get('other')]).toEqual(['Stored-w0rds', 'More-w0rds']);
    writeFileSync(path, JSON.stringify({ ...after, cost: 40 }));
    expect(() => store().get('db')).toThrow('is damaged');
  });
});

describe('a mistake in the file', () => {
  it.each([
    ['{"a": {},}', 'line 1, column 10', 'Remove the comma before it.'],
    ['{\n  "a": {}\n  "b": {}\n}', 'line 3, column 3', 'Is a comma missing before it?'],
    ['{\n  # note\n}', 'line 2, column 3', 'JSON allows no comments.'],
    ["{'a': 1}", 'line 1, column 2', 'JSON allows only double quotes.'],
    ['{"a": "x\ny"}', 'line 1, column 7', 'Write \\n for a line break.'],
    ['{"a": {}, "a": {}}', 'line 1, column 11', 'Remove or rename one of them.'],
    ['', 'line 1, column 1', 'closing bracket'],
    ['{"a": {\r\n "b": True}}', 'line 2, column 7', 'JSON writes true'],
    ['{"a":}', 'line 1, column 6', 'Compare'],
    ['{"a": 1\n', 'line 2, column 1', 'closing bracket'],
  ])('%j is at %s', (text, where, remedy) => {
    expect(parseLinkConfig(text).problems).toEqual([
      expect.objectContaining({ where, remedy: expect.stringContaining(remedy) as string }),
    ]);
  });

  it('has the place of every key', () => {
    const { locate } = parseLinkConfig('\ufeff{\n "dbs": {\n  "x": {"wrapper": "A"}}}');
    expect([locate(['dbs']), locate(['dbs', 'x', 'wrapper']), locate(['no'])]).toEqual([
      'line 2, column 2',
      'line 3, column 9',
      undefined,
    ]);
  });
});

describe('the secret store', () => {
  const open = (key: string | undefined) => openSecretStore(join(project, 'secrets.json'), () => key, 15);

  it('gives back what it was given, and only with its key', () => {
    open('k1').set('a', 'ä secret');
    open('k1').set('b', '');
    expect([open('k1').get('a'), open('k1').get('b'), open(undefined).names()]).toEqual(['ä secret', '', ['a', 'b']]);
    expect(readFileSync(join(project, 'secrets.json'), 'utf8')).not.toContain('secret"');
    expect(() => open('k2').get('a')).toThrow('does not open');
    expect(() => open('k2').set('c', 'x')).toThrow('does not open');
    expect(() => open(undefined).get('a')).toThrow('locked');
    expect(() => open('k1').get('none')).toThrow('has no "none"');
    expect([open('k1').remove('a'), open('k1').remove('a'), open('k1').names()]).toEqual([true, false, ['b']]);
  });

  it('notices values that were swapped', () => {
    open('k1').set('a', 'one');
    open('k1').set('b', 'two');
    const path = join(project, 'secrets.json');
    const file = JSON.parse(readFileSync(path, 'utf8')) as { values: Record<string, unknown> };
    writeFileSync(path, JSON.stringify({ ...file, values: { a: file.values.b, b: file.values.a } }));
    expect(() => open('k1').get('a')).toThrow('does not open');
  });
});
