import { describe, expect, it } from 'vitest';
import { readConnectionConfig } from '../../../src/domain/connection/connection-config.ts';
import { readConnectionRules } from '../../../src/domain/connection/connection-rule.ts';
import { secretsOf } from '../../../src/domain/connection/connection-secret.ts';
import {
  connectionTarget,
  connectionUrl,
  shortName,
  urlVariable,
} from '../../../src/domain/connection/connection-url.ts';
import { resolveValues } from '../../../src/domain/connection/connection-value.ts';
import { WRAPPERS } from '../../../src/domain/connection/connection-wrapper.ts';
import { AppError } from '../../../src/domain/error.ts';
import type { JsonObject } from '../../../src/domain/text/json.ts';

const POSTGRES = { host: 'db', user: 'ana', password: 'p@ss word', database: 'sales' };

describe('the connections of a file', () => {
  const read = (config: JsonObject) => readConnectionConfig(config, (path) => path.join('/'));

  it('are found at any depth', () => {
    const { connections, problems, shared } = read({
      dbs: { shop: { wrapper: 'SqliteDB', path: 'shop.db' }, eu: { north: { wrapper: 'PostgresDB', ...POSTGRES } } },
      apis: {},
      msg: { level: 'INFO' },
    });
    expect(connections.map(({ name, wrapper, problems: own }) => [name, wrapper, own])).toEqual([
      ['dbs.shop', 'SqliteDB', []],
      ['dbs.eu.north', 'PostgresDB', []],
    ]);
    expect(problems).toEqual([]);
    expect(shared).toEqual({ msg: { level: 'INFO' } });
  });

  it.each([
    [
      'an unknown wrapper',
      { wrapper: 'PostgreDB', ...POSTGRES },
      { what: 'There is no wrapper "PostgreDB".', where: 'dbs/x/wrapper', remedy: 'Did you mean PostgresDB?' },
    ],
    [
      'a missing key',
      { wrapper: 'SqliteDB' },
      { what: '"path" is missing.', where: 'dbs/x', remedy: 'SqliteDB needs it.' },
    ],
    [
      'a misspelt key',
      { wrapper: 'PostgresDB', ...POSTGRES, pasword: 'x' },
      { what: 'PostgresDB has no "pasword".', where: 'dbs/x/pasword', remedy: 'Did you mean "password"?' },
    ],
    [
      'a name of a prototype',
      { wrapper: 'constructor' },
      { what: 'There is no wrapper "constructor".', where: 'dbs/x/wrapper' },
    ],
  ])('say what is wrong: %s', (_what, entry, problem) => {
    expect(read({ dbs: { x: entry } }).connections[0]?.problems).toEqual([expect.objectContaining(problem)]);
  });

  it.each(['env', 'ssm'])('may not be called %s: link would read their whole group as a value', (name) => {
    expect(read({ dbs: { [name]: { wrapper: 'SqliteDB', path: 'x.db' } } }).connections[0]?.problems).toEqual([
      {
        what: `Nothing in a group can be called "${name}": link reads it as a value from elsewhere.`,
        where: `dbs/${name}`,
        remedy: 'Rename it.',
      },
    ]);
  });

  it('name what was meant to be one', () => {
    expect(read({ dbs: { x: { host: 'h' }, y: 'ls -l' } }).problems.map(({ what }) => what)).toEqual([
      '"dbs.x" has no "wrapper".',
      '"dbs.y" is not a connection.',
    ]);
  });

  it('may use wrappers of the operator’s own', () => {
    expect(
      read({ external_wrapper_packages: ['ours'], dbs: { x: { wrapper: 'OurDB' } } }).connections[0]?.problems,
    ).toEqual([]);
  });
});

describe('a value', () => {
  const lookups = {
    variable: (name: string) => ({ USER: 'ana', PORT: '5433', TOKEN_FILE: 'token.txt', EMPTY: '' })[name],
    file: (path: string) => {
      if (path !== 'token.txt') throw new AppError('invalid', 'No such file.');
      return 'from file';
    },
    secret: (name: string) => `secret ${name}`,
  };
  it.each([
    [{ env: 'USER' }, 'ana'],
    [{ env: 'EMPTY', default: 'x' }, ''],
    [{ env: 'TOKEN', default: 'x' }, 'from file'],
    [{ env: 'OTHER', default: 'x' }, 'x'],
    [{ env: 'OTHER', default: null }, null],
    [{ file: 'token.txt' }, 'from file'],
    [{ secret: 'db' }, 'secret db'],
    [{ deep: [{ env: 'USER' }] }, { deep: ['ana'] }],
    [
      { file: 'token.txt', mode: 'r' },
      { file: 'token.txt', mode: 'r' },
    ],
    [{ ssm: '/db/password' }, { ssm: '/db/password' }],
  ])('%j is %j', (given, value) => {
    expect(resolveValues({ key: given }, lookups).values).toEqual({ key: value });
  });
  it('is a number for a port', () => {
    expect(resolveValues({ port: { env: 'PORT' } }, lookups).values).toEqual({ port: 5433 });
  });
  it('says what cannot be had', () => {
    const { problems, remote, secrets } = resolveValues(
      { a: { env: 'OTHER' }, b: { file: 'x' }, c: { ssm: '/p' }, d: { secret: 's' } },
      lookups,
    );
    expect(problems).toEqual([
      '"a": The variable OTHER is not set. Set it, or OTHER_FILE to the path of a file that contains the value.',
      '"b": No such file.',
    ]);
    expect(remote).toEqual(['c']);
    expect(secrets).toEqual(['secret s']);
  });
});

describe('secrets of a connection', () => {
  it.each([
    [{ user: 'ana', host: 'db', database: 'sales', port: 5432 }, []],
    [
      {
        password: 'p1',
        passwd: 'p2',
        pwd: 'p3',
        api_key: 'p4',
        apikey: 'p5',
        token: 'p6',
        client_secret: 'p7',
        key: 'p8',
      },
      ['p1', 'p2', 'p3', 'p4', 'p5', 'p6', 'p7', 'p8'],
    ],
    [
      {
        aws_access_key_id: 'id',
        public_key: 'pub',
        keyspace: 'ks',
        key_file: '/k',
        token_type: 'Bearer',
        authenticator: 'sso',
        aws_secret_manager_key: 'n',
        grant_type: 'g',
      },
      [],
    ],
    [{ password: 12345678 }, ['12345678']],
    [{ password: '' }, []],
    [{ base_url: 'https://ana:p%40ss@api.example.org/' }, ['p%40ss', 'p@ss']],
    [{ http_auth: ['ana', 'p1'], auth: 'ana:p2' }, ['p1', 'p2']],
    [{ credentials: { private_key: 'p1', client_email: 'x@y' }, hosts: [{ password: 'p2' }] }, ['p1', 'p2']],
  ] as [JsonObject, string[]][])('%j', (values, secrets) => {
    expect(secretsOf(values).map(({ secret }) => secret)).toEqual(secrets);
  });
});

describe('an address', () => {
  it.each([
    ['PostgresDB', POSTGRES, 'postgresql://ana:p%40ss%20word@db/sales'],
    [
      'PostgresDB',
      { ...POSTGRES, port: 5433, readonly: true },
      'postgresql://ana:p%40ss%20word@db:5433/sales?options=-c%20default_transaction_read_only%3Don',
    ],
    ['PostgresDB', { host: '::1', database: 'x' }, 'postgresql://[::1]/x'],
    ['MysqlDB', POSTGRES, 'mysql://ana:p%40ss%20word@db/sales'],
    ['SqliteDB', { path: '/data/shop.db' }, 'sqlite:////data/shop.db'],
    ['PrestoDB', { host: 'p', catalog: 'c', database: 'd' }, 'presto://p/c/d'],
    [
      'SnowflakeDB',
      { account_name: 'acc', user: 'u', password: 'p', database: 'd', warehouse: 'w' },
      'snowflake://u:p@acc/d?warehouse=w',
    ],
    ['JsonClient', { base_url: 'https://x' }, undefined],
  ] as [string, JsonObject, string | undefined][])('of %s %j is %s', (wrapper, values, url) => {
    expect(connectionUrl(wrapper, values)).toBe(url);
  });

  it('is there for every SQL wrapper', () => {
    const all = { host: 'h', path: '/p', account_name: 'a', http_path: 'p', access_token: 't', database: 'd' };
    for (const [name, { isSql }] of Object.entries(WRAPPERS))
      expect([name, connectionUrl(name, all) !== undefined]).toEqual([name, isSql]);
  });

  it('for people has no secret', () => {
    expect(connectionTarget({ ...POSTGRES, port: 5432 })).toBe('ana@db:5432/sales');
    expect(connectionTarget({ base_url: 'https://u:p@api.example.org/v1?key=1' })).toBe('https://api.example.org/v1');
    expect(connectionTarget({ path: '/data/x.db' })).toBe('/data/x.db');
    expect(connectionTarget({ account_name: 'acc', database: 'd', password: 'p' })).toBe('acc/d');
  });

  it('has a variable and a short name', () => {
    expect([urlVariable('dbs.ware-house'), urlVariable('mirror.eu'), shortName('dbs.eu.north')]).toEqual([
      'WARE_HOUSE_URL',
      'MIRROR_EU_URL',
      'eu.north',
    ]);
  });
});

describe('who may see what', () => {
  it.each([
    [[], 'any', 'dbs.x', true],
    [['sales/*: warehouse apis.crm'], 'sales/eu/weekly', 'dbs.warehouse', true],
    [['sales/*: warehouse apis.crm'], 'sales/weekly', 'apis.crm', true],
    [['sales/*: warehouse apis.crm'], 'salesman', 'dbs.warehouse', false],
    [['sales/*: warehouse apis.crm'], 'sales/weekly', 'dbs.payroll', false],
    [['ops: *', '*: apis.*'], 'ops', 'dbs.payroll', true],
    [['ops: *', '*: apis.*'], 'other', 'apis.crm', true],
    [['a.b: x'], 'aXb', 'dbs.x', false],
  ] as const)('%j lets %s see %s: %s', (lines, script, connection, seen) => {
    expect(readConnectionRules(lines)(script, connection)).toBe(seen);
  });
  it('refuses a line that says nothing', () => {
    expect(() => readConnectionRules(['sales'])).toThrow('write a line such as');
  });
});
