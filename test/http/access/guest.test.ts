/** What somebody who has not signed in sees and does where a rule opens some scripts to anybody, on every route. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ROUTES } from './right-route.ts';
import { headersOf, openRightSite, requestOf, type RightSite, type Subject } from './right-site.ts';

const LINES = [
  '*: runner rob',
  'open/*: viewer anybody; runner rob',
  'open/form: runner anybody',
  'open/own: runs own',
];
const HEADERS = {
  host: 'localhost',
  origin: 'http://localhost',
  'sec-fetch-site': 'same-origin',
  accept: 'application/json, text/html',
};

let right: RightSite;
beforeAll(async () => {
  right = await openRightSite(['open/read', 'open/form', 'open/own']);
  right.setLines(LINES);
});
afterAll(() => right.site.close());

async function ask(route: string, subject: Subject) {
  const { method, url, headers, payload } = requestOf(route, subject);
  const reply = await right.site.app.inject({
    method: method as 'GET',
    url,
    signal: new AbortController().signal,
    headers: { ...HEADERS, ...headers },
    ...(payload === undefined ? {} : { payload }),
  });
  return { status: reply.statusCode, body: reply.body };
}

const about = Object.entries(ROUTES);
const UNKNOWN: Subject = { script: 'gone/nowhere', run: 'x'.repeat(21) };

it.each(about.filter(([, what]) => what.includes(' ') || what === 'operator'))(
  '%s: asks to sign in for what is hidden and for what is not there, in the same words (%s)',
  async (route) => {
    for (const script of ['closed/all', 'open/own']) {
      if (script === 'open/own' && !route.includes(':id')) continue;
      const run = await right.submit(script);
      const hidden = await ask(route, { script, run });
      await right.site.clear();
      const none = await ask(route, UNKNOWN);
      expect(hidden.status).toBe(route === 'GET /scripts/*' ? 303 : 401);
      expect(hidden).toEqual(none);
    }
  },
);

it.each(about.filter(([, what]) => /^(script|run) /.test(what)))(
  '%s: is for guests as the rule says (%s)',
  async (route, what) => {
    const run = await right.submit('open/read');
    const named = await right.ask(route, 'rob', { script: 'open/read', run: await right.submit('open/read') });
    await right.site.clear();
    const read = await ask(route, { script: 'open/read', run });
    await right.site.clear();
    const form = await ask(route, { script: 'open/form', run: await right.submit('open/form') });
    await right.site.clear();
    const isLost = named.status === 404 || /\/presets|^POST \/packages/.test(route);
    expect([route, read.status === 401]).toEqual([route, !/ viewer$/.test(what) || isLost]);
    expect([route, form.status === 401]).toEqual([route, !/ (viewer|runner)$/.test(what) || isLost]);
    for (const { status, body } of [read, form]) {
      expect([403, 500]).not.toContain(status);
      expect(body).not.toMatch(/\brob\b/);
    }
  },
);

it.each(about.filter(([, what]) => what === 'list'))('%s: shows what is open, and nothing else', async (route) => {
  await right.submit('open/read');
  await right.submit('open/own');
  await right.submit('closed/all');
  const { status, body } = await ask(route, UNKNOWN);
  expect(status).toBe(200);
  expect(body).toMatch(/open\/read/);
  expect(body).not.toMatch(/\brob\b/);
  expect(body).not.toMatch(/ledger|closed\/|open\/own.*private/i);
});

it('gives guests no presets, also not by the form', async () => {
  const save = (headers: object) =>
    right.site.app.inject({
      method: 'POST',
      url: '/s/open/form',
      headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ region: 'x', _do: 'save', _name: 'mine', _shared: 'on' }).toString(),
    });
  const presets = async () => JSON.stringify(await right.site.store.presets.list('open/form', undefined));
  expect((await save(HEADERS)).statusCode).toBe(401);
  expect(await presets()).toBe('[]');
  expect((await save(headersOf('rob'))).statusCode).toBe(303);
  expect(await presets()).toContain('mine');
  expect((await ask('GET /s/*', { script: 'open/form', run: '' })).body).not.toContain('mine');
});

it('asks everybody to sign in where no rule opens anything', async () => {
  right.setLines(['open/*: runner signed-in']);
  const all = [];
  for (const route of ['GET /', 'GET /s/*', 'GET /runs', 'GET /api/v1/scripts'])
    all.push((await ask(route, { script: 'open/read', run: '' })).status);
  right.setLines(LINES);
  expect(all).toEqual([401, 401, 401, 401]);
});

it('does not take the rule that holds where nothing is said for an open one', async () => {
  right.setLines(['open/read: viewer anybody']);
  const statuses = [];
  for (const script of ['open/read', 'open/form', 'closed/all'])
    statuses.push((await ask('GET /s/*', { script, run: '' })).status);
  right.setLines(LINES);
  expect(statuses).toEqual([200, 401, 401]);
});
