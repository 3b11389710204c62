/** Every route, asked by people with every role, about scripts and reports that they may and may not see. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAccessRules } from '../../../src/domain/access/rule.ts';
import { AUDITED_ROUTES } from '../../../src/http/audited-route.ts';
import { openSite, TOKEN, type TestSite } from '../site.ts';
import { ROUTES } from './right-route.ts';

const SECRET = 'proxy-secret-of-the-test';
const LINES = ['*: runner anybody', 'closed/*: viewer vera; runner rob ron; author ada', 'closed/own: runs own'];
/** Nobody else may learn any of these. */
const HIDDEN = /ledger|private-value|closed\//i;

const notebook = (title: string) =>
  JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: 'python3', language: 'python', display_name: 'Python 3' } },
    cells: [
      { cell_type: 'markdown', id: 'a', metadata: {}, source: `# ${title}` },
      {
        cell_type: 'code',
        id: 'b',
        metadata: { tags: ['parameters'] },
        source: 'region: str = "EU"',
        outputs: [],
        execution_count: null,
      },
    ],
  });

type Who = 'stranger' | 'vera' | 'rob' | 'ron' | 'ada' | 'operator';
const RANK: Readonly<Record<Who, number>> = { stranger: 0, vera: 1, rob: 2, ron: 2, ada: 3, operator: 4 };

const LEAST = { viewer: 1, runner: 2, own: 2, author: 3, operator: 4 } as const;

let lines: readonly string[] = LINES;
const routes = new Set<string>();
let site: TestSite;
/** Requested by rob. */
let shared: string;
let own: string;

const headersOf = (who: Who | 'olga', token?: string) => ({
  host: 'localhost',
  origin: 'http://localhost',
  'sec-fetch-site': 'same-origin',
  accept: 'application/json, text/html',
  ...(who === 'operator' || token !== undefined ? { authorization: `Bearer ${token ?? TOKEN}` } : {}),
  ...(who === 'operator' || token !== undefined ? {} : { 'x-script-runner-proxy': SECRET, 'x-forwarded-user': who }),
});

beforeAll(async () => {
  site = await openSite(
    {
      authentication: { operators: ['olga'], identityHeader: 'x-forwarded-user', proxySecret: SECRET },
      trustedProxies: ['127.0.0.1'],
      embedOrigins: ['https://intranet.example'],
      accessRules: () => readAccessRules(lines),
      onRoute: ({ method, url }) => {
        for (const each of [method].flat()) if (!['HEAD', 'OPTIONS'].includes(each)) routes.add(`${each} ${url}`);
      },
    },
    { 'closed/all.ipynb': notebook('Closed ledger'), 'closed/own.ipynb': notebook('Own ledger') },
  );
  shared = await submit('closed/all');
  own = await submit('closed/own');
});
afterAll(() => site.close());

async function submit(script: string, isFinished = true): Promise<string> {
  const reply = await site.app.inject({
    method: 'POST',
    url: '/api/v1/runs',
    headers: headersOf('rob'),
    payload: { script, parameters: { region: 'private-value' } },
  });
  if (isFinished) await site.finish();
  return reply.json<{ id: string }>().id;
}

const tokens = new Map<string, string>();
/** Made on the page, as people do; the same again for the same. */
async function tokenOf(who: Who | 'olga', scope: string, places = ''): Promise<string> {
  const key = `${who} ${scope} ${places}`;
  const known = tokens.get(key);
  if (known !== undefined) return known;
  const reply = await site.app.inject({
    method: 'POST',
    url: '/tokens',
    headers: { ...headersOf(who), 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({ name: key, scope, places, days: '7' }).toString(),
  });
  const token = /srt_[0-9a-f]{48}/.exec(reply.body)?.[0] ?? '';
  if (token !== '') tokens.set(key, token);
  return token;
}

interface Subject {
  readonly script: string;
  readonly run: string;
}

const FIELDS: Readonly<Record<string, Record<string, string>>> = {
  '/s/*': { region: 'x' },
  '/scripts/*': { region: 'x' },
  '/embed/:theme/s/*': { region: 'x' },
  '/runs/:id/keep': { pinned: 'true' },
  '/interest/*': { page: 'page-of-the-test', state: 'open' },
  // nobody who asks here
  '/runs/:id/shares': { names: 'somebody' },
  '/runs/:id/unshare': { grantee: 'somebody' },
  '/runs/:id/links': { allows: 'view', days: '1' },
  '/admin/connections/test': { name: 'shop' },
  '/tokens': { name: 'one more', scope: 'read', places: '', days: 'many' },
  '/tokens/revoke': { id: 'none' },
  '/admin/sessions/end': { person: 'rob' },
  '/sessions/end': { id: 'x' },
  '/account/password': { present: 'x', password: 'y' },
  '/account/second-factor/confirm': { enrolment: 'x', code: '1' },
  '/account/second-factor/off': { proof: 'x' },
};

async function ask(route: string, who: Who | 'olga', { script, run }: Subject, token?: string) {
  const [method = '', path = ''] = route.split(' ');
  const isRun = path.includes(':id');
  const url = path
    .replace(':id', run)
    .replace(':script', encodeURIComponent(script))
    .replace(':theme', 'auto')
    .replace('api/v1/scripts/*', `api/v1/scripts/${script}${{ POST: '/choices', PUT: '/packages' }[method] ?? ''}`)
    .replace('*', script)
    .replace(/:(cell|preset|name)/, '1')
    .replace(':grantee', 'somebody')
    .replace(':link', 'none')
    .replace(/\/export$/, '/export?to=csv')
    .replace(/\/files$/, '/files?path=a');
  const isForm = method === 'POST' && !path.includes('/api/');
  const parameters = { region: 'private-value' };
  const payload = isForm
    ? new URLSearchParams(FIELDS[path]).toString()
    : route === 'POST /api/v1/runs/:id/shares'
      ? { grantees: ['somebody'] }
      : route === 'POST /api/v1/runs/:id/links'
        ? {}
        : method === 'GET' || method === 'DELETE' || isRun
          ? undefined
          : route === 'POST /api/v1/runs'
            ? { script, parameters }
            : route.includes(':preset')
              ? { values: parameters }
              : { parameters };
  const controller = new AbortController();
  const reply = await site.app.inject({
    method: method as 'GET',
    url,
    signal: controller.signal,
    headers: { ...headersOf(who, token), ...(isForm ? { 'content-type': 'application/x-www-form-urlencoded' } : {}) },
    ...(payload === undefined ? {} : { payload }),
  });
  const location = String(reply.headers.location);
  return { status: reply.statusCode, body: reply.body, location, text: normal(reply.body, { script, run }) };
}

/** What would be said of any other script or run, too. */
function normal(body: string, { script, run }: Subject): string {
  return body.replaceAll(run, 'RUN').replaceAll(encodeURIComponent(script), 'SCRIPT').replaceAll(script, 'SCRIPT');
}

const UNKNOWN: Subject = { script: 'gone/nowhere', run: 'x'.repeat(21) };
const people = Object.keys(RANK) as Who[];

describe('every route', () => {
  it('is known here with what it is about', () => {
    // those of links: see link.test.ts
    const others = [...routes].filter((route) => !route.startsWith('GET /l/:token'));
    expect(others.filter((route) => !(route in ROUTES))).toEqual([]);
    expect(Object.keys(ROUTES).filter((route) => !routes.has(route))).toEqual([]);
  });

  const about = Object.entries(ROUTES);
  it.each(about.filter(([, what]) => what.includes(' ')))('%s: %s', async (route, what) => {
    const [kind, least] = what.split(' ') as ['script' | 'run', keyof typeof LEAST];
    const subjects = [
      { script: 'closed/all', run: shared, isOwn: false },
      { script: 'closed/own', run: own, isOwn: true },
    ];
    for (const { isOwn, ...subject } of subjects) {
      for (const who of people) {
        const mayAll = who === 'operator' || who === 'rob';
        const sees = RANK[who] > 0 && (kind === 'script' || !isOwn || mayAll);
        const may = sees && RANK[who] >= LEAST[least] && (least !== 'own' || mayAll);
        const lost = route.endsWith('/delete') && may;
        const asked = lost ? { ...subject, run: await submit(subject.script) } : subject;
        const { status, text } = await ask(route, who, asked);
        await site.clear();
        const none = await ask(route, who, UNKNOWN);
        const said = { who, isOwn, status, text };
        if (!sees) expect(said).toEqual({ who, isOwn, status: none.status, text: none.text });
        else if (!may) expect({ ...said, text: '' }).toEqual({ who, isOwn, status: 403, text: '' });
        else
          expect(
            [401, 403, 500].includes(status) || (status === none.status && text === none.text),
            JSON.stringify(said),
          ).toBe(false);
      }
    }
  });

  it.each(about.filter(([, what]) => what === 'operator'))('%s: only the %s', async (route) => {
    for (const who of people) {
      const { status } = await ask(route, who, UNKNOWN);
      expect([who, status === 403]).toEqual([who, who !== 'operator']);
    }
  });

  it.each(about.filter(([, what]) => what === 'list' || what === 'open'))(
    '%s: shows strangers nothing (%s)',
    async (route, what) => {
      const { status, body } = await ask(route, 'stranger', UNKNOWN);
      if (route !== 'GET /sign-in') expect([401, 403, 500]).not.toContain(status);
      expect(body).not.toMatch(HIDDEN);
      if (what === 'list') expect((await ask(route, 'rob', UNKNOWN)).body).toMatch(HIDDEN);
    },
  );

  const owners = ['rob', 'ada', 'olga'] as const;
  it.each(about.filter(([route, what]) => !/^(open|list)$/.test(what) || /POST \/(tokens|sessions)/.test(route)))(
    '%s: no token allows more than its person may',
    async (route, what) => {
      const isClosed = what.includes(' ') || what === 'operator';
      const isRefused = (status: number) => [401, 403, 404].includes(status);
      const subject = async () => ({
        script: 'closed/own',
        run: route.endsWith('/delete') ? await submit('closed/own') : own,
      });
      for (const who of owners) {
        const person = await ask(route, who, await subject());
        for (const scope of who === 'olga' ? ['read', 'run', 'administer'] : ['read', 'run']) {
          const token = await tokenOf(who, scope);
          const program = await ask(route, who, await subject(), token);
          await site.clear();
          const said = `${who} ${scope}: ${person.status} ${program.status} ${program.body}`;
          if (isRefused(person.status) || (scope === 'read' && isClosed && !route.startsWith('GET ')))
            expect(isRefused(program.status), said).toBe(true);
          if (scope === 'read' && / viewer$/.test(what)) expect(program.status, said).toBe(person.status);
          const isInPerson = /share|links|POST \/(tokens|sessions)/.test(route) && !isRefused(person.status);
          if (isInPerson) expect(program.status, said).toBe(403);
          else if (what === 'operator') expect(program.status === 403, said).toBe(scope !== 'administer');
        }
      }
    },
  );

  it('shows a token for some scripts nothing of others, and says which scope is missing', async () => {
    const token = await tokenOf('rob', 'read', 'closed/all');
    const get = (url: string) => site.app.inject({ method: 'GET', url, headers: headersOf('rob', token) });
    const items = async (url: string) => (await get(url)).json<{ items: { script?: string; name?: string }[] }>().items;
    expect(new Set((await items('/api/v1/runs')).map(({ script }) => script))).toEqual(new Set(['closed/all']));
    expect((await items('/api/v1/scripts')).map(({ name }) => name)).toEqual(['closed/all']);
    expect([(await get(`/runs/${own}`)).statusCode, (await get(`/runs/${shared}`)).statusCode]).toEqual([404, 200]);
    expect(await ask('POST /api/v1/runs', 'rob', { script: 'closed/all', run: shared }, token)).toMatchObject({
      status: 403,
      body: expect.stringContaining('scope run'),
    });
    await site.store.runs.share(own, ['vera'], 'rob', 0);
    const others = await tokenOf('vera', 'read', 'closed/all');
    const vera = await tokenOf('vera', 'read');
    const seen = async (bearer: string) =>
      (await ask('GET /runs/:id', 'vera', { script: '', run: own }, bearer)).status;
    expect([await seen(vera), await seen(others)]).toEqual([200, 404]);
    await site.store.runs.unshare(own, 'vera');
  });

  it('acts with the rights of now, until the token is revoked, and limits wrong ones', async () => {
    const token = await tokenOf('rob', 'run');
    const status = async (bearer = token) =>
      (await ask('GET /runs/:id', 'rob', { script: '', run: shared }, bearer)).status;
    expect(await status()).toBe(200);
    lines = ['closed/*: runner ron'];
    expect(await status()).toBe(404);
    lines = LINES;
    const made = (await site.store.tokens.list('rob')).find(({ name }) => name === 'rob run');
    expect(made).toMatchObject({ scope: 'run', usedAtMs: expect.any(Number) });
    await ask('POST /tokens/revoke', 'ron', UNKNOWN);
    expect(await status()).toBe(200);
    const body = new URLSearchParams({ id: made!.id }).toString();
    const form = { ...headersOf('ron'), 'content-type': 'application/x-www-form-urlencoded' };
    const revoke = (headers: object) =>
      site.app.inject({ method: 'POST', url: '/tokens/revoke', headers: { ...form, ...headers }, payload: body });
    expect((await revoke({})).statusCode).toBe(404);
    expect((await revoke({ authorization: `Bearer ${token}` })).statusCode).toBe(403);
    expect((await revoke(headersOf('rob'))).statusCode).toBe(303);
    const wrong = [token, 'srt_', `srt_${'0'.repeat(48)}`, 'wrong', 'wrong', 'wrong'];
    const statuses = [];
    for (const bearer of wrong) statuses.push(await status(bearer));
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
    expect(await status(await tokenOf('rob', 'read'))).toBe(200);
    const entries = await site.store.auditStore.list({ actor: 'rob', action: 'token-revoked', limit: 1 });
    expect(entries).toMatchObject([{ details: { token: made!.id, of: 'rob' } }]);
    expect(JSON.stringify(await site.store.auditStore.list({ limit: 1_000 }))).not.toContain(token);
  });

  it('shows others’ reports of a script only where its rule says so', async () => {
    const seen = async (who: Who) =>
      (await site.app.inject({ method: 'GET', url: '/api/v1/runs?limit=200', headers: headersOf(who) }))
        .json<{ items: { script: string; by: string }[] }>()
        .items.filter(({ by }) => by === 'rob')
        .map(({ script }) => script);
    expect(await seen('stranger')).toEqual([]);
    expect(new Set(await seen('vera'))).toEqual(new Set(['closed/all']));
    expect(new Set(await seen('ron'))).toEqual(new Set(['closed/all']));
    expect(new Set(await seen('ada'))).toEqual(new Set(['closed/all']));
    expect(new Set(await seen('rob'))).toEqual(new Set(['closed/own', 'closed/all']));
    expect(new Set(await seen('operator'))).toEqual(new Set(['closed/own', 'closed/all']));
  });

  it('records who sees and downloads what, once, with the values of runs but not their passwords', async () => {
    const seen = Object.keys(ROUTES).filter((route) => /^GET (\/api\/v1)?\/runs\/:id/.test(route));
    const unrecorded = seen.map((route) => route.slice(4)).filter((route) => !(route in AUDITED_ROUTES));
    // recorded where the events are sent; the others show nothing of a report that its page does not
    expect(new Set(unrecorded)).toEqual(
      new Set([
        '/api/v1/runs/:id/events',
        '/api/v1/runs/:id/exports',
        '/api/v1/runs/:id/shares',
        '/api/v1/runs/:id/links',
        '/runs/:id/live',
        '/runs/:id/share',
      ]),
    );
    const id = await submit('closed/all');
    for (let time = 0; time < 3; time += 1) await ask('GET /runs/:id', 'vera', { script: 'closed/all', run: id });
    await ask('GET /runs/:id', 'stranger', { script: 'closed/all', run: id });
    await ask('GET /runs/:id/report.html', 'vera', { script: 'closed/all', run: id });
    await ask('POST /runs/:id/delete', 'rob', { script: 'closed/all', run: id });
    const entries = await site.store.auditStore.list({ run: id, limit: 99 });
    const by = { script: 'closed/all', way: 'proxy', address: '127.0.0.1' };
    expect(entries.toReversed()).toMatchObject([
      { ...by, action: 'ran', actor: 'rob', values: { region: 'private-value' }, details: { trigger: 'api' } },
      { ...by, action: 'saw', actor: 'vera' },
      { ...by, action: 'downloaded', actor: 'vera', details: { what: 'report.html' } },
      { ...by, action: 'deleted', actor: 'rob', details: { by: 'rob' } },
    ]);
  });

  it('ends the streams of those whose right is withdrawn', async () => {
    const address = await site.app.listen({ host: '127.0.0.1', port: 0 });
    const run = await submit('closed/all', false);
    const urls = [`${address}/api/v1/runs/${run}/events`, `${address}/runs/${run}/live`];
    const open = (who: Who) => urls.map((url) => fetch(url, { headers: headersOf(who) }));
    await site.ctx.runs.share(run, ['stranger'], 'rob', 1);
    const [vera, rob, given] = await Promise.all(
      (['vera', 'rob', 'stranger'] as const).map((who) => Promise.all(open(who))),
    );
    if (vera === undefined || rob === undefined || given === undefined) throw new Error('not asked');
    expect([...vera, ...rob, ...given].map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    lines = ['closed/*: runner rob'];
    await site.ctx.runs.unshare(run, 'stranger');
    for (const reply of [...vera, ...given]) await expect(reply.text()).rejects.toThrow('terminated');
    for (const url of urls) expect((await fetch(url, { headers: headersOf('vera') })).status).toBe(404);
    await site.finish();
    for (const reply of rob) expect(await reply.text()).not.toBe('');
    lines = LINES;
  });

  it('shows a report to those with whom it is shared, until it is withdrawn, and nothing else', async () => {
    const run = await submit('closed/own');
    const other = await submit('closed/own');
    const send = async (who: Who, method: 'POST' | 'DELETE', path: string, payload: object = {}) =>
      site.app.inject({ method, url: `/api/v1/runs/${run}/shares${path}`, headers: headersOf(who), payload });
    const listed = async (query = '') =>
      (await site.app.inject({ method: 'GET', url: `/api/v1/runs${query}`, headers: headersOf('stranger') }))
        .json<{ items: { id: string }[] }>()
        .items.map(({ id }) => id);
    const readable = about.filter(([, what]) => what === 'run viewer').map(([route]) => route);
    const answers = async (who: Who, id: string) => {
      const found = [];
      for (const route of readable) found.push(await ask(route, who, { script: 'closed/own', run: id }));
      return found;
    };
    expect((await send('stranger', 'POST', '', { grantees: ['stranger'] })).statusCode).toBe(404);
    expect((await send('rob', 'POST', '', { grantees: ['stranger', '@stranger'] })).json()).toMatchObject({
      items: [{ grantee: '@stranger', by: 'rob' }, { grantee: 'stranger' }],
    });
    const [owner, given, unseen] = [
      await answers('rob', run),
      await answers('stranger', run),
      await answers('stranger', other),
    ];
    expect(given.map(({ status }) => status)).toEqual(owner.map(({ status }) => status));
    expect(unseen.every(({ body }) => !HIDDEN.test(body))).toBe(true);
    // nothing of the script but its name, which the report has
    const body = given[0]?.body;
    expect(body).toMatch(/Own ledger/);
    expect(body).not.toMatch(/inputs-form|\/s\/closed/);
    expect([await listed(), await listed('?shared=true')]).toEqual([[run], [run]]);
    for (const route of about.filter(([, what]) => what.startsWith('script ')).map(([name]) => name))
      expect((await ask(route, 'stranger', { script: 'closed/own', run })).text).not.toMatch(HIDDEN);
    for (const route of about.filter(([, what]) => /^run (own|author)$/.test(what)).map(([name]) => name))
      expect([403, 404], route).toContain((await ask(route, 'stranger', { script: 'closed/own', run })).status);
    expect((await send('rob', 'POST', '', { grantees: ['anybody'] })).json()).toMatchObject({
      detail: 'A report is shared with people and groups by name, not with “anybody”.',
    });
    expect((await send('rob', 'DELETE', '/stranger')).statusCode).toBe(204);
    expect((await send('rob', 'DELETE', '/stranger')).statusCode).toBe(404);
    expect([await listed(), (await ask('GET /runs/:id', 'stranger', { script: 'closed/own', run })).status]).toEqual([
      [],
      404,
    ]);
  });

  it.each(about.filter(([, what]) => what === 'embedded'))(
    '%s: in a page of another site everybody is nobody, and sees what nobody in particular has requested',
    async (route) => {
      const open = 'sales/weekly';
      const closed = [
        { script: 'closed/all', run: shared },
        { script: 'closed/own', run: own },
        // everybody may see it, elsewhere
        { script: 'gone/nowhere', run: await submit(open) },
      ];
      for (const subject of closed) {
        for (const who of people) {
          const none = await ask(route, who, UNKNOWN);
          const { status, text } = await ask(route, who, subject);
          expect({ who, status, text }).toEqual({ who, status: 404, text: none.text });
        }
      }
      const made = await ask('POST /embed/:theme/s/*', 'rob', { script: open, run: '' });
      expect(made.status).toBe(303);
      const id = made.location.replace('/embed/auto/runs/', '');
      expect((await site.store.runs.find(id))?.by).toBe('viewer');
      await site.finish();
      for (const who of people) {
        const { status, text } = await ask(route, who, { script: open, run: id });
        expect([401, 403, 500], text).not.toContain(status);
        expect(text).not.toBe((await ask(route, who, UNKNOWN)).text);
        await site.clear();
      }
      // where people sign in, only what a rule opens counts
      lines = ['closed/*: viewer vera'];
      expect((await ask(route, 'rob', { script: open, run: id })).status).toBe(404);
      lines = LINES;
    },
  );
});
