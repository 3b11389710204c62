/** Every route, asked by people with every role, about scripts and reports that they may and may not see. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TOKEN_IDLE_MS } from '../../../src/domain/access/token.ts';
import { AUDITED_ROUTES } from '../../../src/http/audited-route.ts';
import type { TestSite } from '../site.ts';
import { ROUTES } from './right-route.ts';
import { headersOf, HIDDEN, LINES, openRightSite, RANK, type RightSite, type Subject, type Who } from './right-site.ts';

const LEAST = { viewer: 1, runner: 2, own: 2, author: 3, operator: 4 } as const;

let right: RightSite;
let site: TestSite;
/** Requested by rob. */
let shared: string;
let own: string;
beforeAll(async () => {
  right = await openRightSite();
  site = right.site;
  shared = await right.submit('closed/all');
  own = await right.submit('closed/own');
});
afterAll(() => site.close());

const UNKNOWN: Subject = { script: 'gone/nowhere', run: 'x'.repeat(21) };
const people = Object.keys(RANK) as Who[];

describe('every route', () => {
  it('is known here with what it is about', () => {
    // those of links: see link.test.ts
    const others = [...right.routes].filter((route) => !route.startsWith('GET /l/:token'));
    expect(others.filter((route) => !(route in ROUTES))).toEqual([]);
    expect(Object.keys(ROUTES).filter((route) => !right.routes.has(route))).toEqual([]);
  });

  // the first one, as the number of entries is bounded
  it('that is asked for in vain is in the audit, once for each person', async () => {
    const asked = [
      ['stranger', 'GET', '/runs/:id', 'hidden'],
      ['stranger', 'GET', '/s/*', 'hidden'],
      ['vera', 'POST', '/runs/:id/cancel', 'right'],
      ['vera', 'GET', '/admin', 'right'],
    ] as const;
    for (const [who, method, route] of asked)
      for (const _ of [1, 2]) await right.ask(`${method} ${route}`, who, { script: 'closed/all', run: shared });
    const entries = async () => {
      await right.ask('GET /runs/:id', 'stranger', UNKNOWN);
      const all = await site.store.auditStore.list({ action: 'refused', limit: 500 });
      return all.toReversed().map(({ actor, details }) => [actor, details?.method, details?.route, details?.what]);
    };
    await expect.poll(entries, { timeout: 30_000 }).toEqual(asked);
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
        const asked = lost ? { ...subject, run: await right.submit(subject.script) } : subject;
        const { status, text } = await right.ask(route, who, asked);
        await site.clear();
        const none = await right.ask(route, who, UNKNOWN);
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
      const { status } = await right.ask(route, who, UNKNOWN);
      expect([who, status === 403]).toEqual([who, who !== 'operator']);
    }
  });

  it.each(about.filter(([, what]) => what === 'list' || what === 'open'))(
    '%s: shows strangers nothing (%s)',
    async (route, what) => {
      const { status, body } = await right.ask(route, 'stranger', UNKNOWN);
      if (route !== 'GET /sign-in') expect([401, 403, 500]).not.toContain(status);
      expect(body).not.toMatch(HIDDEN);
      if (what === 'list') expect((await right.ask(route, 'rob', UNKNOWN)).body).toMatch(HIDDEN);
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
        run: route.endsWith('/delete') ? await right.submit('closed/own') : own,
      });
      for (const who of owners) {
        const person = await right.ask(route, who, await subject());
        for (const scope of who === 'olga' ? ['read', 'run', 'administer'] : ['read', 'run']) {
          const token = await right.tokenOf(who, scope);
          const program = await right.ask(route, who, await subject(), token);
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
    const token = await right.tokenOf('rob', 'read', 'closed/all');
    const get = (url: string) => site.app.inject({ method: 'GET', url, headers: headersOf('rob', token) });
    const items = async (url: string) => (await get(url)).json<{ items: { script?: string; name?: string }[] }>().items;
    expect(new Set((await items('/api/v1/runs')).map(({ script }) => script))).toEqual(new Set(['closed/all']));
    expect((await items('/api/v1/scripts')).map(({ name }) => name)).toEqual(['closed/all']);
    expect([(await get(`/runs/${own}`)).statusCode, (await get(`/runs/${shared}`)).statusCode]).toEqual([404, 200]);
    expect(await right.ask('POST /api/v1/runs', 'rob', { script: 'closed/all', run: shared }, token)).toMatchObject({
      status: 403,
      body: expect.stringContaining('scope run'),
    });
    await site.store.runs.share(own, ['vera'], 'rob', 0);
    const others = await right.tokenOf('vera', 'read', 'closed/all');
    const vera = await right.tokenOf('vera', 'read');
    const seen = async (bearer: string) =>
      (await right.ask('GET /runs/:id', 'vera', { script: '', run: own }, bearer)).status;
    expect([await seen(vera), await seen(others)]).toEqual([200, 404]);
    await site.store.runs.unshare(own, 'vera');
  });

  it('acts with the rights of now, until the token is revoked, and limits wrong ones', async () => {
    const token = await right.tokenOf('rob', 'run');
    const status = async (bearer = token) =>
      (await right.ask('GET /runs/:id', 'rob', { script: '', run: shared }, bearer)).status;
    expect(await status()).toBe(200);
    right.setLines(['closed/*: runner ron']);
    expect(await status()).toBe(404);
    right.setLines(LINES);
    const rob = { name: 'rob', groups: [], isSignedIn: true };
    const cameAt = (nowMs: number) =>
      site.store.tokens.notePerson('rob', rob, { provider: 'proxy', nowMs, isNew: false });
    await cameAt(Date.now() - TOKEN_IDLE_MS - 1);
    expect(await status()).toBe(401);
    await cameAt(Date.now());
    expect(await status()).toBe(200);
    const made = (await site.store.tokens.list('rob')).find(({ name }) => name === 'rob run');
    expect(made).toMatchObject({ scope: 'run', usedAtMs: expect.any(Number) });
    await right.ask('POST /tokens/revoke', 'ron', UNKNOWN);
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
    // the fifth and sixth, with that of somebody who was away
    expect(statuses).toEqual([401, 401, 401, 401, 429, 429]);
    expect(await status(await right.tokenOf('rob', 'read'))).toBe(200);
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
    const id = await right.submit('closed/all');
    for (let time = 0; time < 3; time += 1) await right.ask('GET /runs/:id', 'vera', { script: 'closed/all', run: id });
    await right.ask('GET /runs/:id', 'stranger', { script: 'closed/all', run: id });
    await right.ask('GET /runs/:id/report.html', 'vera', { script: 'closed/all', run: id });
    const token = await right.tokenOf('ron', 'read');
    await right.ask('GET /api/v1/runs/:id/report.ipynb', 'ron', { script: 'closed/all', run: id }, token);
    await right.ask('POST /runs/:id/delete', 'rob', { script: 'closed/all', run: id });
    const entries = await site.store.auditStore.list({ run: id, limit: 99 });
    const by = { script: 'closed/all', way: 'proxy', address: '127.0.0.1' };
    expect(entries.toReversed()).toMatchObject([
      { ...by, action: 'ran', actor: 'rob', values: { region: 'private-value' }, details: { trigger: 'api' } },
      { ...by, action: 'saw', actor: 'vera' },
      { ...by, action: 'downloaded', actor: 'vera', details: { what: 'report.html' } },
      { ...by, action: 'downloaded', actor: 'ron', way: 'token', details: { what: 'report.ipynb' } },
      { ...by, action: 'deleted', actor: 'rob', details: { by: 'rob' } },
    ]);
  });

  it('ends the streams of those whose right is withdrawn', async () => {
    const address = await site.app.listen({ host: '127.0.0.1', port: 0 });
    const run = await right.submit('closed/all', false);
    const urls = [`${address}/api/v1/runs/${run}/events`, `${address}/runs/${run}/live`];
    const open = (who: Who) => urls.map((url) => fetch(url, { headers: headersOf(who) }));
    await site.ctx.runs.share(run, ['stranger'], 'rob', 1);
    const [vera, rob, given] = await Promise.all(
      (['vera', 'rob', 'stranger'] as const).map((who) => Promise.all(open(who))),
    );
    if (vera === undefined || rob === undefined || given === undefined) throw new Error('not asked');
    expect([...vera, ...rob, ...given].map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    right.setLines(['closed/*: runner rob']);
    await site.ctx.runs.unshare(run, 'stranger');
    for (const reply of [...vera, ...given]) await expect(reply.text()).rejects.toThrow('terminated');
    for (const url of urls) expect((await fetch(url, { headers: headersOf('vera') })).status).toBe(404);
    await site.finish();
    for (const reply of rob) expect(await reply.text()).not.toBe('');
    right.setLines(LINES);
  });

  it('shows a report to those with whom it is shared, until it is withdrawn, and nothing else', async () => {
    const run = await right.submit('closed/own');
    const other = await right.submit('closed/own');
    const send = async (who: Who, method: 'POST' | 'DELETE', path: string, payload: object = {}) =>
      site.app.inject({ method, url: `/api/v1/runs/${run}/shares${path}`, headers: headersOf(who), payload });
    const listed = async (query = '') =>
      (await site.app.inject({ method: 'GET', url: `/api/v1/runs${query}`, headers: headersOf('stranger') }))
        .json<{ items: { id: string }[] }>()
        .items.map(({ id }) => id);
    const readable = about.filter(([, what]) => what === 'run viewer').map(([route]) => route);
    const answers = async (who: Who, id: string) => {
      const found = [];
      for (const route of readable) found.push(await right.ask(route, who, { script: 'closed/own', run: id }));
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
      expect((await right.ask(route, 'stranger', { script: 'closed/own', run })).text).not.toMatch(HIDDEN);
    for (const route of about.filter(([, what]) => /^run (own|author)$/.test(what)).map(([name]) => name))
      expect([403, 404], route).toContain((await right.ask(route, 'stranger', { script: 'closed/own', run })).status);
    expect((await send('rob', 'POST', '', { grantees: ['anybody'] })).json()).toMatchObject({
      detail: 'A report is shared with people and groups by name, not with “anybody”.',
    });
    expect((await send('rob', 'DELETE', '/stranger')).statusCode).toBe(204);
    expect((await send('rob', 'DELETE', '/stranger')).statusCode).toBe(404);
    expect([
      await listed(),
      (await right.ask('GET /runs/:id', 'stranger', { script: 'closed/own', run })).status,
    ]).toEqual([[], 404]);
  });

  it.each(about.filter(([, what]) => what === 'embedded'))(
    '%s: in a page of another site everybody is nobody, and sees what nobody in particular has requested',
    async (route) => {
      const open = 'sales/weekly';
      const closed = [
        { script: 'closed/all', run: shared },
        { script: 'closed/own', run: own },
        // everybody may see it, elsewhere
        { script: 'gone/nowhere', run: await right.submit(open) },
      ];
      for (const subject of closed) {
        for (const who of people) {
          const none = await right.ask(route, who, UNKNOWN);
          const { status, text } = await right.ask(route, who, subject);
          expect({ who, status, text }).toEqual({ who, status: 404, text: none.text });
        }
      }
      const made = await right.ask('POST /embed/:theme/s/*', 'rob', { script: open, run: '' });
      expect(made.status).toBe(303);
      const id = made.location.replace('/embed/auto/runs/', '');
      expect((await site.store.runs.find(id))?.by).toBe('viewer');
      await site.finish();
      for (const who of people) {
        const { status, text } = await right.ask(route, who, { script: open, run: id });
        expect([401, 403, 500], text).not.toContain(status);
        expect(text).not.toBe((await right.ask(route, who, UNKNOWN)).text);
        await site.clear();
      }
      // where people sign in, only what a rule opens counts
      right.setLines(['closed/*: viewer vera']);
      expect((await right.ask(route, 'rob', { script: open, run: id })).status).toBe(404);
      right.setLines(LINES);
    },
  );
});
