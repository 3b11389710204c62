import { tmpdir } from 'node:os';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { AuthenticationSettings } from '../../../src/domain/access/authentication.ts';
import type { SessionStore } from '../../../src/domain/access/session.ts';
import { defined } from '../../../src/domain/defined.ts';
import { readAccessRules } from '../../../src/domain/access/rule.ts';
import { hashPassword, isPassword } from '../../../src/http/access/password.ts';
import { createHttp } from '../../../src/http/server.ts';
import type { HttpOptions } from '../../../src/http/site.ts';
import { createTestApp } from '../../app/test-app.ts';

const PASSWORD = 'a shared pässword';
const CHEAP = { N: 16, r: 8, p: 1 };
let passwordHash: string;
beforeAll(async () => {
  passwordHash = await hashPassword(PASSWORD, CHEAP);
});

interface Question {
  readonly headers?: Record<string, string>;
  readonly payload?: object;
  readonly from?: string;
}

/** `sessions`: of another server on the same database. */
async function createServer(
  authentication: Partial<AuthenticationSettings>,
  options: Partial<HttpOptions> = {},
  sessions?: SessionStore,
) {
  const { ctx: whole } = await createTestApp(['1']);
  const ctx = { ...whole, ...defined({ sessions }) };
  let nowMs = Date.UTC(2026, 0, 1);
  const app = await createHttp(
    { ...ctx, now: () => nowMs, log: { info() {}, warn() {}, error() {} } },
    {
      basePath: '/app',
      operatorTokens: ['operator'],
      allowedHosts: [],
      trustedProxies: [],
      assetsDirectory: tmpdir(),
      authentication: { operators: [], ...authentication },
      ...options,
    },
  );
  onTestFinished(() => app.close());
  const ask = (method: 'GET' | 'POST', url: string, { headers = {}, payload, from = '127.0.0.1' }: Question = {}) =>
    app.inject({
      method,
      url,
      remoteAddress: from,
      headers: { host: 'localhost', accept: 'text/html', ...headers },
      ...(payload === undefined ? {} : { payload }),
    });
  const enter = async (password: string, next?: string, from?: string) =>
    ask('POST', '/app/sign-in', {
      payload: { password, ...(next === undefined ? {} : { next }) },
      ...(from === undefined ? {} : { from }),
    });
  return {
    ask,
    enter,
    sessions: ctx.sessions,
    wait: (ms: number) => {
      nowMs += ms;
    },
  };
}
const cookieOf = (response: Awaited<ReturnType<Awaited<ReturnType<typeof createServer>>['ask']>>) =>
  String(response.headers['set-cookie']).split(';')[0]!;
/** A write as a browser makes it. */
const own = (cookie: string) => ({ cookie, origin: 'http://localhost' });

describe('a shared password', () => {
  it('is needed for everything but the way in', async () => {
    const { ask } = await createServer({ passwordHash });
    for (const url of ['/app/', '/app/runs', '/app/s/sales', '/app/admin', '/app/nowhere', '/elsewhere']) {
      const { statusCode, headers } = await ask('GET', url);
      expect([url, statusCode, headers.location]).toEqual([url, 303, `/app/sign-in?next=${encodeURIComponent(url)}`]);
    }
    for (const url of [
      '/app/api/v1/scripts',
      '/app/api/v1/openapi.json',
      '/metrics',
      '/app/assets/../admin',
      '/app/%61pi/v1/scripts',
    ]) {
      const { statusCode, headers } = await ask('GET', url, { headers: { accept: 'application/json' } });
      expect([url, statusCode, headers['www-authenticate']]).toEqual([url, 401, 'Bearer']);
    }
    expect((await ask('POST', '/app/api/v1/runs', { payload: { script: 'sales' } })).statusCode).toBe(401);
    expect((await ask('GET', '/healthz')).statusCode).toBe(200);
    expect((await ask('GET', '/app/sign-in?next=%2Fapp%2Fruns')).body).toContain('name="next" value="/app/runs"');
    expect(
      (await ask('GET', '/app/api/v1/scripts', { headers: { authorization: 'Bearer operator' } })).statusCode,
    ).toBe(200);
    const { statusCode, headers } = await ask('GET', '/app/api/v1/scripts', {
      headers: { authorization: 'Bearer other' },
    });
    expect([statusCode, headers['www-authenticate']]).toEqual([401, 'Bearer error="invalid_token"']);
  });

  it('lets in until nobody uses it for a week, with a cookie that cannot be made up', async () => {
    const { ask, enter, wait, sessions } = await createServer({ passwordHash });
    const entered = await enter(PASSWORD, '/app/runs?script=sales');
    expect([entered.statusCode, entered.headers.location]).toEqual([303, '/app/runs?script=sales']);
    expect(String(entered.headers['set-cookie'])).toMatch(/HttpOnly; SameSite=Lax(,|$)/);
    const cookie = cookieOf(entered);
    const look = async (value: string) => (await ask('GET', '/app/', { headers: { cookie: value } })).statusCode;
    expect(await look(cookie)).toBe(200);
    expect((await ask('GET', '/app/admin', { headers: { cookie } })).statusCode).toBe(403);
    expect(await look(`${cookie.slice(0, -1)}${cookie.endsWith('A') ? 'B' : 'A'}`)).toBe(303);
    expect(await look(cookie.slice(0, -1))).toBe(303);
    wait(7 * 86_400_000);
    expect(await look(cookie)).toBe(303);
    const fresh = cookieOf(await enter(PASSWORD));
    expect(await look(fresh)).toBe(200);
    const other = await createServer({ passwordHash: await hashPassword('another one', CHEAP) }, {}, sessions);
    expect((await other.ask('GET', '/app/', { headers: { cookie: fresh } })).statusCode).toBe(303);
  });

  it.each(['//evil.example/', '/app/\n', 'https://evil.example/', '/\\evil.example', '/other', ''])(
    'leads nowhere else: %j',
    async (next) => {
      expect((await (await createServer({ passwordHash })).enter(PASSWORD, next)).headers.location).toBe('/app/');
    },
  );

  it('may be tried five times', async () => {
    const { enter, wait } = await createServer({ passwordHash });
    for (let round = 0; round < 5; round += 1) expect((await enter('wrong')).statusCode).toBe(403);
    const refused = await enter(PASSWORD);
    expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '900']);
    expect(refused.body).toContain('Try again in 15 minutes.');
    expect(refused.body).not.toContain('href="/app/runs"');
    expect((await enter(PASSWORD, '', '192.0.2.1')).statusCode).toBe(303);
    wait(15 * 60_000);
    expect((await enter(PASSWORD)).statusCode).toBe(303);
  });

  it('is asked for again after sign-out, also of whoever has a copy of the cookie', async () => {
    const { ask, enter, wait } = await createServer({ passwordHash });
    const [copied, other] = [cookieOf(await enter(PASSWORD)), cookieOf(await enter(PASSWORD))];
    const look = async (cookie: string) => (await ask('GET', '/app/', { headers: { cookie } })).statusCode;
    expect([await look(copied), await look(other)]).toEqual([200, 200]);
    await ask('POST', '/app/sign-out', { headers: own(copied) });
    expect([await look(copied), await look(other)]).toEqual([303, 200]);
    wait(86_400_000);
    expect([await look(copied), await look(other)]).toEqual([303, 200]);

    const operator = cookieOf(await ask('GET', '/app/sign-in?token=operator'));
    const administer = async () => (await ask('GET', '/app/admin', { headers: { cookie: operator } })).statusCode;
    expect(await administer()).toBe(200);
    await ask('POST', '/app/sign-out', { headers: own(operator) });
    expect(await administer()).toBe(303);
    expect(cookieOf(await ask('GET', '/app/sign-in?token=operator'))).not.toBe(operator);
  });

  it('outlives a new key of the server, until the earlier key is removed', async () => {
    const before = await createServer({ passwordHash });
    const viewer = cookieOf(await before.enter(PASSWORD));
    const operator = cookieOf(await before.ask('GET', '/app/sign-in?token=operator'));
    const look = async ({ ask }: typeof before, cookie: string, url = '/app/') =>
      (await ask('GET', url, { headers: { cookie } })).statusCode;
    const rotated = await createServer({ passwordHash }, { operatorTokens: ['newest', 'operator'] }, before.sessions);
    expect([await look(rotated, viewer), await look(rotated, operator, '/app/admin')]).toEqual([200, 200]);
    expect((await rotated.ask('GET', '/app/sign-in?token=operator')).statusCode).toBe(303);
    const headers = { authorization: 'Bearer operator' };
    expect((await rotated.ask('GET', '/app/api/v1/status', { headers })).statusCode).toBe(200);
    const fresh = cookieOf(await rotated.enter(PASSWORD));
    await rotated.ask('POST', '/app/sign-out', { headers: own(operator) });
    expect(await look(rotated, operator, '/app/admin')).toBe(303);

    const later = await createServer({ passwordHash }, { operatorTokens: ['newest'] }, before.sessions);
    expect([await look(later, viewer), await look(later, fresh)]).toEqual([303, 200]);
    expect((await later.ask('GET', '/app/sign-in?token=operator')).statusCode).toBe(403);
    expect((await later.ask('GET', '/app/api/v1/status', { headers })).statusCode).toBe(401);
  });

  it('lets known devices and the operator in while others try from everywhere', async () => {
    const { ask, enter, wait } = await createServer({ passwordHash });
    const cookies = (await enter(PASSWORD)).headers['set-cookie'] as string[];
    const device = cookies.map((cookie) => cookie.split(';')[0]!).find((cookie) => cookie.includes('_device_'))!;
    const again = (password: string, cookie: string) =>
      ask('POST', '/app/sign-in', { payload: { password }, headers: own(cookie), from: '203.0.113.9' });
    for (let host = 1; host <= 100; host += 1)
      expect((await enter('wrong', '', `2001:db8:${host.toString(16)}::1`)).statusCode).toBe(403);
    expect((await enter(PASSWORD, '', '192.0.2.77')).statusCode).toBe(429);

    const entered = await again(PASSWORD, device);
    expect([entered.statusCode, String(entered.headers['set-cookie'])]).toEqual([
      303,
      expect.not.stringContaining('_device_'),
    ]);
    expect((await ask('GET', '/app/runs', { headers: { cookie: device } })).statusCode).toBe(303);
    expect((await again(PASSWORD, device.slice(0, -1))).statusCode).toBe(429);
    const operator = cookieOf(await ask('GET', '/app/sign-in?token=operator'));
    expect((await ask('GET', '/app/admin', { headers: { cookie: operator } })).statusCode).toBe(200);
    expect(
      (await ask('GET', '/app/api/v1/scripts', { headers: { authorization: 'Bearer operator' } })).statusCode,
    ).toBe(200);

    // five attempts of its own, from any address
    for (let round = 0; round < 5; round += 1) expect((await again('wrong', device)).statusCode).toBe(403);
    expect((await again(PASSWORD, device)).statusCode).toBe(429);
    wait(15 * 60_000);
    expect((await again(PASSWORD, device)).statusCode).toBe(303);
  });

  it('is kept as a hash that only it fits', async () => {
    expect(passwordHash).not.toContain('pässword');
    expect(await isPassword(PASSWORD.normalize('NFD'), passwordHash)).toBe(true);
    expect(await isPassword('', passwordHash)).toBe(false);
    expect(await isPassword(PASSWORD, PASSWORD)).toBe(false);
    const line = await hashPassword(PASSWORD);
    expect(line).toMatch(/^scrypt:131072:8:1:/);
    expect(await isPassword(PASSWORD, line)).toBe(true);
    expect(await hashPassword(PASSWORD, CHEAP)).not.toBe(passwordHash);
  });
});

describe('a proxy that names people', () => {
  const authentication = { identityHeader: 'X-Forwarded-User', operators: ['ana'] };
  const trusted = { trustedProxies: ['192.0.2.0/24'] };

  it('is believed when it is a trusted one', async () => {
    const { ask } = await createServer(authentication, trusted);
    const look = async (url: string, user: string | undefined, from: string) =>
      (await ask('GET', url, { from, headers: user === undefined ? {} : { 'x-forwarded-user': user } })).statusCode;
    expect(await look('/app/', 'bo', '192.0.2.7')).toBe(200);
    expect(await look('/app/admin', 'bo', '192.0.2.7')).toBe(403);
    expect(await look('/app/admin', 'ana', '192.0.2.7')).toBe(200);
    expect(await look('/app/', undefined, '192.0.2.7')).toBe(401);
    expect(await look('/app/', ' ', '192.0.2.7')).toBe(401);
    expect(await look('/app/', 'ana', '198.51.100.1')).toBe(401);
    expect(await look('/app/', 'ana', '127.0.0.1')).toBe(401);
    expect(
      (
        await ask('GET', '/app/', {
          from: '198.51.100.1',
          headers: { 'x-forwarded-user': 'ana', 'x-forwarded-for': '192.0.2.7' },
        })
      ).statusCode,
    ).toBe(401);
  });
});

it('a proxy names groups, whose members have the rights of the group', async () => {
  const groups = { identityHeader: 'X-Forwarded-User', groupsHeader: 'X-Forwarded-Groups', operators: ['@admins'] };
  const rules = readAccessRules(['sales: runner @staff @"the board"']);
  const { ask } = await createServer(groups, { trustedProxies: ['127.0.0.1'], accessRules: () => rules });
  const look = async (url: string, user: string, names: string, from = '127.0.0.1') =>
    (await ask('GET', url, { from, headers: { 'x-forwarded-user': user, 'x-forwarded-groups': names } })).statusCode;
  expect(await look('/app/s/sales', 'bo', 'guests, staff')).toBe(200);
  expect(await look('/app/s/sales', 'bo', 'the board')).toBe(200);
  expect(await look('/app/s/sales', 'staff', 'guests')).toBe(404);
  expect(await look('/app/s/sales', '@staff', '')).toBe(404);
  expect(await look('/app/s/sales', 'bo', `staff,${'x'.repeat(16_000)}`)).toBe(404);
  expect(await look('/app/s/sales', 'bo', 'staff', '198.51.100.1')).toBe(401);
  expect(await look('/app/admin', 'bo', 'admins')).toBe(200);
  expect(await look('/app/admin', '@admins', 'staff')).toBe(403);
});

it('nobody whom a proxy names is the operator or the viewers, and no two names are one', async () => {
  const { ask } = await createServer({ identityHeader: 'X-Forwarded-User' }, { trustedProxies: ['127.0.0.1'] });
  const look = (user: string, url: string) => ask('GET', url, { headers: { 'x-forwarded-user': user } });
  const submit = async (user: string) => {
    const payload = { script: 'sales', parameters: {} };
    const made = await ask('POST', '/app/api/v1/runs', { payload, headers: { 'x-forwarded-user': user } });
    return JSON.parse(made.body) as { id: string; by: string };
  };
  for (const name of ['operator', 'Operator', 'viewer', 'cli']) {
    expect((await look(name, '/app/admin')).statusCode).toBe(403);
    expect((await submit(name)).by).toBe(`user:${name}`);
  }
  expect((await submit('ana')).by).toBe('ana');
  expect((await look('a&b', '/app/')).body).toContain('href="/app/runs?by=a%26b">My reports');
  const ofOperator = await ask('POST', '/app/api/v1/runs', {
    payload: { script: 'sales' },
    headers: { authorization: 'Bearer operator' },
  });
  const { id } = JSON.parse(ofOperator.body) as { id: string };
  const cancelled = await ask('POST', `/app/api/v1/runs/${id}/cancel`, { headers: { 'x-forwarded-user': 'operator' } });
  expect(cancelled.statusCode).toBe(403);
  expect((await look('a'.repeat(201), '/app/')).statusCode).toBe(401);
});

it('a sign-in link that is old says so, and how the operator comes in', async () => {
  const { ask } = await createServer({});
  const { statusCode, body } = await ask('GET', '/app/sign-in?token=old');
  expect(statusCode).toBe(403);
  expect(body).toContain('no longer valid');
  expect(body).not.toContain('type="password"');
  expect((await ask('GET', '/app/sign-in')).body).toContain('The operator signs in with the link');
});

it('a server without a authentication lets everyone in', async () => {
  expect((await (await createServer({})).ask('GET', '/app/')).statusCode).toBe(200);
});
