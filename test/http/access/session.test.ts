/** Sessions of a whole server: their cookies, their pages, and how they end. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hashPassword } from '../../../src/http/access/password.ts';
import { RECENT_MS, SESSION_COUNTS, SESSION_LIMITS } from '../../../src/domain/access/session.ts';
import { openSite, page, TOKEN, type TestSite } from '../site.ts';

const PASSWORD = 'a shared password';
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
let site: TestSite;
beforeAll(async () => {
  site = await openSite({
    authentication: { operators: [], passwordHash: await hashPassword(PASSWORD, { N: 16, r: 8, p: 1 }) },
    trustedProxies: ['127.0.0.1'],
  });
});
afterAll(() => site.close());
beforeEach(() => site.ctx.sessions.endOf('operator'));

interface Given {
  readonly cookie?: string;
  readonly body?: Record<string, string>;
  readonly headers?: Record<string, string>;
}

async function post(url: string, { cookie = '', body = {}, headers = { origin: 'http://localhost' } }: Given = {}) {
  return site.app.inject({
    method: 'POST',
    url,
    payload: new URLSearchParams(body).toString(),
    headers: {
      host: 'localhost',
      accept: 'text/html',
      'content-type': 'application/x-www-form-urlencoded',
      cookie,
      ...headers,
    },
  });
}

const get = (url: string, cookie = '', headers: Record<string, string> = {}) =>
  site.app.inject(page(url, { cookie, ...headers }));
const cookiesOf = ({ headers }: Awaited<ReturnType<typeof get>>) => [headers['set-cookie'] ?? []].flat();
const cookieOf = (reply: Awaited<ReturnType<typeof get>>) => cookiesOf(reply)[0]?.split(';')[0] ?? '';
const operate = async (headers: Record<string, string> = {}) =>
  cookieOf(await get(`/sign-in?token=${TOKEN}`, '', { 'user-agent': FIREFOX, ...headers }));
const enter = async (cookie = '') => cookieOf(await post('/sign-in', { cookie, body: { password: PASSWORD } }));
/** Work at a later time. */
async function later<T>(ms: number, work: () => Promise<T>): Promise<T> {
  const { now } = site.ctx;
  Object.assign(site.ctx, { now: () => now() + ms });
  return work().finally(() => Object.assign(site.ctx, { now }));
}
const isIn = async (cookie: string, url = '/') => (await get(url, cookie)).statusCode === 200;

describe('the cookie of a session', () => {
  it('holds a secret of which only the hash is stored', async () => {
    const [, value = ''] = (await operate()).split('=');
    expect(value).toMatch(/^[\w-]{43}$/);
    const [stored] = await site.ctx.sessions.list('operator');
    expect(JSON.stringify(stored)).not.toContain(value);
    expect(await site.ctx.sessions.find(value)).toBeUndefined();
  });

  it('belongs to the host alone over HTTPS, and is no other cookie then', async () => {
    const https = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'localhost' };
    const [set = ''] = cookiesOf(await get(`/sign-in?token=${TOKEN}`, '', https));
    expect(set).toMatch(/^__Host-script_runner_[\da-f]{8}=.*; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
    expect(set).not.toContain('Domain');
    const cookie = set.split(';')[0] ?? '';
    expect((await get('/admin', cookie, https)).statusCode).toBe(200);
    // a neighbour below the same domain could set one without the prefix
    expect((await get('/admin', cookie.replace('__Host-', ''), https)).statusCode).toBe(303);
  });

  it('shares the host with one that knows the browser, also by the name of earlier versions', async () => {
    const https = { 'x-forwarded-proto': 'https', origin: 'https://localhost' };
    const deviceOf = async (given: Given) =>
      cookiesOf(await post('/sign-in', { body: { password: PASSWORD }, ...given })).find((one) =>
        one.includes('_device_'),
      );
    const [before = ''] = (await deviceOf({}))?.split(';') ?? [];
    expect(before).toMatch(/^script_runner_device_/);
    expect(await deviceOf({ headers: https })).toMatch(
      /^__Host-script_runner_device_.*; HttpOnly; Secure; SameSite=Lax$/,
    );
    expect(await deviceOf({ headers: https, cookie: before })).toBeUndefined();
  });

  it('is given to nobody who fails, which the audit says, with the address and without what was entered', async () => {
    await post('/sign-in', { body: { password: 'a wrong password' } });
    await get('/sign-in?token=a-wrong-token');
    const entries = await site.store.auditStore.list({ action: 'sign-in-failed', limit: 10 });
    expect(entries.map(({ address, details }) => [address, details?.['way']])).toEqual([
      ['127.0.0.1', 'operator'],
      ['127.0.0.1', 'password'],
    ]);
    expect(JSON.stringify(entries)).not.toContain('wrong');
  });

  it('is new at each sign-in, and what the browser had before ends', async () => {
    const first = await enter();
    const second = await enter(first);
    expect(second).not.toBe(first);
    expect([await isIn(first), await isIn(second)]).toEqual([false, true]);
  });

  it('cannot be chosen by somebody else before the sign-in', async () => {
    const name = (await enter()).split('=')[0] ?? '';
    const chosen = `${name}=${'A'.repeat(43)}`;
    expect(await enter(chosen)).not.toBe(chosen);
    expect(await isIn(chosen)).toBe(false);
  });

  it('of a person does not make an operator, whatever its name', async () => {
    const [[name = ''], [, value = '']] = [(await operate()).split('='), (await enter()).split('=')];
    expect(await isIn(`${name}=${value}`, '/admin')).toBe(false);
  });

  it.each([{}, { referer: 'http://localhost/' }])('writes nothing without an origin: %j', async (headers) => {
    const cookie = await operate();
    const refused = await post('/admin/clear', { cookie, headers });
    expect([refused.statusCode, refused.body]).toEqual([403, expect.stringContaining('from which site')]);
    expect((await post('/admin/clear', { cookie })).statusCode).toBe(303);
    expect((await post('/admin/clear', { cookie, headers: { 'sec-fetch-site': 'same-origin' } })).statusCode).toBe(303);
  });
});

describe('one’s own sessions', () => {
  it('are listed with their browsers, this one marked, and ended one by one', async () => {
    const [here, other] = [await operate(), await operate({ 'user-agent': '<b>curl</b>' })];
    const { body } = await get('/sessions', here);
    expect(body).toContain(`<span title="${FIREFOX}">Firefox on Linux</span>`);
    expect(body).toContain('&lt;b&gt;curl&lt;/b&gt;');
    expect(body).toContain('<strong>This browser</strong>');
    const [, id = ''] = /name="id" value="([^"]+)"/.exec(body) ?? [];
    expect((await post('/sessions/end', { cookie: here, body: { id } })).statusCode).toBe(303);
    expect([await isIn(here, '/admin'), await isIn(other, '/admin')]).toEqual([true, false]);
    expect((await post('/sessions/end', { cookie: here, body: { id } })).statusCode).toBe(404);
  });

  it('all end by signing out everywhere', async () => {
    const [here, other] = [await operate(), await operate()];
    const shown = async (cookie: string, url = '/') => /data-who="([^"]*)"/.exec((await get(url, cookie)).body)?.[1];
    expect([await shown(here), (await get('/who', here)).body]).toEqual(['operator', 'operator']);
    expect((await post('/sessions/end-all', { cookie: here })).headers.location).toBe('/');
    expect([await isIn(here, '/admin'), await isIn(other, '/admin')]).toEqual([false, false]);
    // by this, pages that are still shown in other tabs notice it
    expect([await shown(here, '/sign-in'), (await get('/who', here)).body]).toEqual(['', '']);
  });

  it('are ended by nobody who has signed in long ago, other than by signing out', async () => {
    const [here, other] = [await operate(), await operate()];
    const [, id = ''] = /name="id" value="([^"]+)"/.exec((await get('/sessions', here)).body) ?? [];
    await later(RECENT_MS + 1, async () => {
      const { body } = await get('/sessions', here);
      expect(body).toContain('<strong>This browser</strong>');
      expect(body).toContain('<a class="button" href="/sign-in?next=%2Fsessions&amp;again=yes"');
      expect(body).not.toContain('/sessions/end');
      for (const [url, given] of Object.entries({ '/sessions/end': { id }, '/sessions/end-all': {} })) {
        const { statusCode, headers } = await post(url, { cookie: here, body: given });
        expect([statusCode, headers.location]).toEqual([303, '/sign-in?next=%2Fsessions&again=yes']);
      }
      const asked = await get('/sign-in?next=%2Fsessions&again=yes', here);
      expect([asked.statusCode, asked.body]).toEqual([200, expect.stringContaining('To end sessions, sign in again.')]);
      expect([await isIn(here, '/admin'), await isIn(other, '/admin')]).toEqual([true, true]);
      const again = cookieOf(await get(`/sign-in?token=${TOKEN}`, here));
      expect((await post('/sessions/end', { cookie: again, body: { id } })).statusCode).toBe(303);
      expect([await isIn(again, '/admin'), await isIn(other, '/admin')]).toEqual([true, false]);
      await post('/sign-out', { cookie: again });
      expect(await isIn(again, '/admin')).toBe(false);
    });
  });

  it('are this one alone for those without a name: others are other people', async () => {
    const [mine, theirs] = [await enter(), await enter()];
    const { body } = await get('/sessions', mine);
    expect(body.match(/<tr>/g)).toHaveLength(2);
    const all = await site.ctx.sessions.people({ nowMs: Date.now(), sinceMs: 0 }, 5);
    expect(all.every(({ personId }) => personId === 'operator')).toBe(true);
    // without a proof: it is as signing out
    await later(RECENT_MS + 1, () => post('/sessions/end-all', { cookie: mine }));
    expect([await isIn(mine), await isIn(theirs)]).toEqual([false, true]);
  });
});

it('ends at the end of its life, however often it is used', async () => {
  const day = 86_400_000;
  const cookie = await operate();
  for (let ms = 0; ms < SESSION_LIMITS.lifeMs - day; ms += day)
    await later(ms, async () => expect(await isIn(cookie, '/admin')).toBe(true));
  await later(SESSION_LIMITS.lifeMs + day, async () => expect(await isIn(cookie, '/admin')).toBe(false));
});

describe('a form that is sent after the session has ended', () => {
  it.each([
    ['http://localhost/runs?script=x', '/sign-in?next=%2Fruns%3Fscript%3Dx'],
    ['http://evil.example/runs', '/sign-in?next=%2F'],
  ])('is answered with a way back to its page: %s', async (referer, url) => {
    const { statusCode, body } = await post('/sessions/end-all', { headers: { origin: 'http://localhost', referer } });
    expect([statusCode, body]).toEqual([401, expect.stringContaining(`<a class="button primary" href="${url}"`)]);
  });
});

describe('the operator', () => {
  it('sees whose sessions were ended because there were too many', async () => {
    const here = await operate();
    const one = (await site.ctx.sessions.list('operator'))[0]!;
    for (let number = 1; number < SESSION_COUNTS.person; number += 1)
      await site.ctx.sessions.add(`many ${number}`, { ...one, id: `many ${number}`, seenAtMs: one.seenAtMs + number });
    expect((await get('/admin/sessions', here)).body).toContain('the most: each new one ends the least recently used');
    await operate();
    const [entry] = await site.store.auditStore.list({ action: 'sessions-ended', limit: 1 });
    expect(entry?.details).toEqual({ of: 'operator', sessions: 1, why: 'too many' });
  });

  it('sees who is signed in, and ends all sessions of somebody', async () => {
    const [here, viewer] = [await operate(), await enter()];
    await site.ctx.sessions.add('x', {
      ...(await site.ctx.sessions.list('operator'))[0]!,
      id: 'x',
      kind: 'person',
      personId: 'ana <b>',
    });
    const { body } = await get('/admin/sessions?person=ana+%3Cb%3E', here);
    expect(body).toContain('name="person" value="ana &lt;b&gt;"');
    expect(body).toContain('Sessions: ana &lt;b&gt;');
    const end = (cookie: string) => post('/admin/sessions/end', { cookie, body: { person: 'ana <b>' } });
    expect((await end(viewer)).statusCode).toBe(403);
    expect((await end(here)).headers.location).toBe('/admin/sessions');
    expect(await site.ctx.sessions.find('x')).toBeUndefined();
    expect(await isIn(here, '/admin')).toBe(true);
    const [entry] = await site.store.auditStore.list({ action: 'sessions-ended', limit: 1 });
    expect(entry).toMatchObject({ actor: 'operator', details: { of: 'ana <b>', sessions: 1 } });
  });
});

it('an open stream ends with the session', async () => {
  const cookie = await enter();
  const { id } = (
    await site.app.inject({
      method: 'POST',
      url: '/api/v1/runs',
      headers: { host: 'localhost', origin: 'http://localhost', cookie },
      payload: { script: 'sales/weekly' },
    })
  ).json<{ id: string }>();
  const address = await site.app.listen({ host: '127.0.0.1', port: 0 });
  const stream = await fetch(`${address}/runs/${id}/live`, { headers: { cookie } });
  expect(stream.status).toBe(200);
  await post('/sign-out', { cookie });
  await expect(stream.text()).rejects.toThrow('terminated');
  expect((await fetch(`${address}/runs/${id}/live`, { headers: { cookie } })).status).toBe(401);
});
