/** Links to reports: what they show without a sign-in, and what they do not. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../src/domain/run/run-event.ts';
import { readAccessRules } from '../../src/domain/access/rule.ts';
import { newLinkId, readLinkToken, writeLinkToken } from '../../src/http/link/link-token.ts';
import { openSite, TOKEN, type TestSite } from './site.ts';

const SECRET = 'proxy-secret-of-the-test';
/** What nobody learns from a link: the name of the script, its form, who runs it. */
const HIDDEN = /sales\/weekly|inputs-form|rob\b/;
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const INVALID = 'This link is not valid, or not any more.';

const routes: string[] = [];
let site: TestSite;
let run: string;
let other: string;
beforeAll(async () => {
  site = await openSite({
    authentication: { operators: [], identityHeader: 'x-forwarded-user', proxySecret: SECRET },
    trustedProxies: ['127.0.0.1'],
    accessRules: () => readAccessRules(['*: runner rob eve', 'sales/weekly: runs own']),
    links: { mostMs: 30 * 86_400_000 },
    embedOrigins: ['https://intranet.example'],
    onRoute: ({ method, url }) => {
      for (const each of [method].flat()) if (url.startsWith('/l/') && each !== 'HEAD') routes.push(`${each} ${url}`);
    },
  });
  [run, other] = [await submit(), await submit()];
});
afterAll(() => site.close());

const headersOf = (who: string) => ({
  host: 'localhost',
  accept: 'text/html',
  ...(who === 'stranger' ? {} : { 'x-script-runner-proxy': SECRET, 'x-forwarded-user': who }),
});
const send = (who: string, method: 'GET' | 'POST' | 'DELETE', url: string, payload: object = {}) =>
  site.app.inject({ method, url, headers: headersOf(who), ...(method === 'POST' ? { payload } : {}) });

async function submit(events: readonly RunEvent[] = []): Promise<string> {
  const reply = await send('rob', 'POST', '/api/v1/runs', { script: 'sales/weekly' });
  await site.finish(...events);
  return reply.json<{ id: string }>().id;
}

interface Made {
  readonly id: string;
  readonly url: string;
}

async function make(wish: object = {}, of = run): Promise<Made & { readonly path: string }> {
  const reply = await send('rob', 'POST', `/api/v1/runs/${of}/links`, wish);
  expect([reply.statusCode, reply.body]).toEqual([201, expect.any(String)]);
  const made = reply.json<Made>();
  return { ...made, path: new URL(made.url).pathname };
}

const pathOf = (route: string, base: string, id: string) =>
  route
    .replace('GET /l/:token', base)
    .replace(':id', id)
    .replace(':cell', '1')
    .replace(':name', 'none')
    .replace(/\/export$/, '/export?to=csv')
    .replace(/\/files$/, '/files?path=a');

describe('a link', () => {
  it('is signed: changing any part of it makes it another', () => {
    const id = newLinkId();
    const token = writeLinkToken(id, ['new', 'old']);
    expect([readLinkToken(token, ['new']), readLinkToken(token, ['x', 'new'])]).toEqual([id, id]);
    expect(readLinkToken(token, ['old'])).toBeUndefined();
    for (let at = 0; at < token.length; at += 1) {
      // the last letter of each part has two bits that count, so a letter that differs in them
      const changed = token[at] === 'A' ? 'Q' : 'A';
      expect(readLinkToken(token.slice(0, at) + changed + token.slice(at + 1), ['new'])).toBeUndefined();
    }
    for (const wrong of ['', 'x', token.slice(1), `${token}x`, `${token.slice(0, 43)}\0`])
      expect(readLinkToken(wrong, ['new'])).toBeUndefined();
  });

  it('shows the report to whoever has it, and nothing else of the server', async () => {
    const { path } = await make();
    const page = await send('stranger', 'GET', path);
    expect([page.statusCode, page.headers['set-cookie']]).toEqual([200, undefined]);
    expect(page.headers).toMatchObject({
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow, noarchive',
      'cache-control': 'no-store',
    });
    expect(page.body).toMatch(/<h1[^>]*>Weekly sales<\/h1>/);
    expect(page.body).toContain('<meta property="og:title" content="Weekly sales">');
    expect(page.body).toContain(`src="${path}/runs/${run}/frame`);
    expect(page.body).not.toMatch(HIDDEN);
    const frame = await send('stranger', 'GET', `${path}/runs/${run}/frame`);
    expect([frame.statusCode, frame.headers['referrer-policy']]).toEqual([200, 'no-referrer']);
    expect(frame.body).not.toMatch(HIDDEN);
    expect((await send('stranger', 'GET', `${path}/runs/${run}/live`)).body).not.toMatch(HIDDEN);
    for (const elsewhere of ['/', `/runs/${run}`, '/runs', '/s/sales/weekly', `/api/v1/runs/${run}`])
      expect((await send('stranger', 'GET', elsewhere)).statusCode).toBe(401);
  });

  it('is framed by pages of the named origins only, and nothing else is', async () => {
    const { path } = await make();
    const ancestorsOf = async (who: string, url: string) =>
      /frame-ancestors [^;]*/.exec(String((await send(who, 'GET', url)).headers['content-security-policy']))?.[0];
    expect(await ancestorsOf('stranger', `${path}?embed=1&theme=dark`)).toBe(
      'frame-ancestors https://intranet.example',
    );
    const page = (await send('stranger', 'GET', `${path}?embed=1&theme=dark`)).body;
    const [, frame = ''] = /<iframe[^>]* src="([^"]+)"/.exec(page) ?? [];
    expect([page.includes('alone-head'), frame]).toEqual([false, expect.stringMatching(/theme=dark.*embed=1/)]);
    expect(await ancestorsOf('stranger', frame.replaceAll('&amp;', '&'))).toBe(
      "frame-ancestors 'self' https://intranet.example",
    );
    for (const other of [path, '/', '/?embed=1', `/runs/${run}`, '/s/sales/weekly?embed=1'])
      expect([other, await ancestorsOf('rob', other)]).toEqual([other, "frame-ancestors 'none'"]);
    expect(await ancestorsOf('rob', `/runs/${run}/frame`)).toBe("frame-ancestors 'self'");
  });

  it('shows previews of messengers the first picture of the report, only if its maker allows it', async () => {
    const bytes = Buffer.from(PIXEL, 'base64');
    const cells = (...outputs: Record<string, string>[]) =>
      outputs.map((data): RunEvent => ({
        type: 'output-added',
        cell: 2,
        output: { type: 'display', data, metadata: {} },
      }));
    const drawn = await submit(cells({ 'text/plain': 'x' }, { 'image/png': 'bm90IGEgcGljdHVyZQ==' }));
    const shown = await submit(
      cells({ 'image/png': `${PIXEL}\n`, 'text/plain': '<Figure>' }, { 'image/jpeg': '/9j/' }),
    );
    const pictureOf = (path: string) => send('stranger', 'GET', `${path}/picture`);
    const [plain, wanted, none, wrong] = [
      await make({}, shown),
      await make({ preview: true }, shown),
      await make({ preview: true }),
      await make({ preview: true }, drawn),
    ];
    const page = (await send('stranger', 'GET', wanted.path)).body;
    expect(page).toContain(`<meta property="og:image" content="http://localhost${wanted.path}/picture">`);
    expect(page).toContain('<meta name="twitter:card" content="summary_large_image">');
    expect((await send('stranger', 'GET', plain.path)).body).not.toContain('og:image');
    const picture = await pictureOf(wanted.path);
    expect([picture.statusCode, picture.rawPayload]).toEqual([200, bytes]);
    expect(picture.headers).toMatchObject({
      'content-type': 'image/png',
      'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
    for (const { path } of [plain, none, wrong]) expect((await pictureOf(path)).statusCode).toBe(404);
    await send('rob', 'DELETE', `/api/v1/runs/${shown}/links/${wanted.id}`);
    const ended = await pictureOf(wanted.path);
    expect([ended.statusCode, ended.body]).toEqual([404, expect.stringContaining(INVALID)]);
  });

  it('gives files only if it says so, and never those of another report', async () => {
    expect(routes.every((route) => route.startsWith('GET '))).toBe(true);
    const files = routes.filter((route) => !/^GET \/l\/:token(|\/picture|\/runs\/:id\/(frame|live))$/.test(route));
    expect(files.length).toBeGreaterThan(10);
    const [view, download] = [await make(), await make({ allows: 'download' })];
    for (const route of files) {
      const isShown = route.endsWith('/rows');
      const seen = await send('stranger', 'GET', pathOf(route, view.path, run));
      expect([route, seen.statusCode === 403]).toEqual([route, !isShown]);
      const saved = await send('stranger', 'GET', pathOf(route, download.path, run));
      expect([401, 403, 500], route).not.toContain(saved.statusCode);
      // also for an operator: the link decides, not who comes with it
      for (const authorization of ['', `Bearer ${TOKEN}`]) {
        const headers = { ...headersOf('stranger'), ...(authorization === '' ? {} : { authorization }) };
        const foreign = await site.app.inject({ url: pathOf(route, download.path, other), headers });
        expect([route, foreign.statusCode]).toEqual([route, route.includes(':id') ? 404 : 200]);
      }
    }
    const whole = await send('stranger', 'GET', `${download.path}/runs/${run}/report.html`);
    expect(whole.headers['content-disposition']).toContain('attachment');
  });

  it('ends when it expires, is revoked, or its report is deleted: one answer for all', async () => {
    const bodies = new Set<string>();
    const expectEnded = async (path: string) => {
      for (const who of ['stranger', 'rob']) {
        for (const route of routes) {
          const reply = await send(who, 'GET', pathOf(route, path, run));
          expect([route, reply.statusCode]).toEqual([route, 404]);
          expect(reply.body).toContain(INVALID);
          if (route === 'GET /l/:token') bodies.add(reply.body);
        }
      }
    };
    const revoked = await make();
    expect((await send('eve', 'DELETE', `/api/v1/runs/${run}/links/${revoked.id}`)).statusCode).toBe(404);
    expect((await send('rob', 'DELETE', `/api/v1/runs/${other}/links/${revoked.id}`)).statusCode).toBe(404);
    expect((await send('stranger', 'GET', revoked.path)).statusCode).toBe(200);
    expect((await send('rob', 'DELETE', `/api/v1/runs/${run}/links/${revoked.id}`)).statusCode).toBe(204);
    await expectEnded(revoked.path);
    const expired = newLinkId();
    await site.ctx.links?.make(
      run,
      { id: expired, allows: 'view', preview: false, note: '', by: 'rob', untilMs: 1 },
      1,
    );
    await expectEnded(`/l/${writeLinkToken(expired, [TOKEN])}`);
    await expectEnded(`/l/${'x'.repeat(44)}`);
    // without links to anywhere, and not who came with a sign-in
    expect(bodies.size).toBe(1);
    expect([...bodies][0]).not.toMatch(/top-nav|href="\/runs/);
  });

  it.each([
    ['1.0', 201],
    ['1e0', 201],
    ['1e999', 400],
    ['"x"', 400],
  ])('of a program that says %s days: %i', async (days, status) => {
    const { statusCode } = await site.app.inject({
      ...{ method: 'POST', url: `/api/v1/runs/${other}/links`, payload: `{"days": ${days}}` },
      headers: { ...headersOf('rob'), 'content-type': 'application/json' },
    });
    expect(statusCode).toBe(status);
  });

  it('is made, listed and revoked by the owner on the page for sharing', async () => {
    const posted = await send('rob', 'POST', `/runs/${run}/links`, { allows: 'download', days: '2', note: '<b>audit' });
    expect(posted.statusCode).toBe(303);
    const page = await send('rob', 'GET', `/runs/${run}/share`);
    expect(page.body).toContain('&lt;b&gt;audit');
    expect(page.body).toMatch(/the report and its files/);
    const listed = (await send('rob', 'GET', `/api/v1/runs/${run}/links`)).json<{
      items: { id: string; note: string; url: string; uses: number; until: string }[];
    }>().items;
    const made = listed.find(({ note }) => note === '<b>audit');
    expect(page.body).toContain(made?.url);
    const path = new URL(made?.url ?? '').pathname;
    await send('stranger', 'GET', path);
    expect((await send('stranger', 'GET', `${path}/api/v1/runs/${run}/report.ipynb`)).statusCode).toBe(200);
    const again = (await send('rob', 'GET', `/api/v1/runs/${run}/links`)).json<{ items: object[] }>().items;
    expect(again).toContainEqual(expect.objectContaining({ id: made?.id, uses: 1, usedAt: expect.any(String) }));
    const [revoke = ''] = /\/runs\/[^"]*\/revoke/.exec(page.body) ?? [];
    expect((await send('rob', 'POST', revoke)).statusCode).toBe(303);
    for (const [days, problem] of [
      ['31', 'Links live for 30 days at most here. Write less.'],
      ['soon', 'A link lives for some time: write 1 or more days.'],
      ['-1', 'A link lives for some time: write 1 or more days.'],
      ['1e999', 'A link lives for some time: write 1 or more days.'],
    ]) {
      const refused = await send('rob', 'POST', `/runs/${run}/links`, { allows: 'view', days, note: '' });
      expect([refused.statusCode, refused.body]).toEqual([422, expect.stringContaining(problem ?? '')]);
    }
    const admin = await site.app.inject({
      url: '/admin/links',
      headers: { ...headersOf('stranger'), authorization: `Bearer ${TOKEN}` },
    });
    const audited = await site.store.auditStore.list({ run, limit: 500 });
    const about = audited
      .filter(({ details }) => JSON.stringify(details ?? {}).includes(made?.id ?? 'none'))
      .toReversed();
    expect(about).toMatchObject([
      { action: 'link-made', actor: 'rob', details: { note: '<b>audit', allows: 'download' } },
      { action: 'link-used', actor: 'viewer', way: 'link', address: '127.0.0.1' },
      { action: 'link-revoked', actor: 'rob' },
    ]);
    const downloads = audited.filter(
      ({ action, details }) => action === 'downloaded' && details?.['what'] === 'report.ipynb',
    );
    expect(downloads).toMatchObject([{ actor: 'viewer', way: 'link', address: '127.0.0.1' }]);
    expect(JSON.stringify(audited)).not.toContain(path.slice(3));
    expect(admin.body).toMatch(/Weekly sales[\s\S]*&lt;b&gt;audit/);
  });
});

it('has no links where the settings switch them off', async () => {
  const closed = await openSite();
  try {
    const headers = { host: 'localhost', accept: 'text/html', authorization: `Bearer ${TOKEN}` };
    const made = await closed.app.inject({
      method: 'POST',
      url: '/api/v1/runs',
      headers,
      payload: { script: 'sales/weekly' },
    });
    const { id } = made.json<{ id: string }>();
    const reply = await closed.app.inject({ method: 'POST', url: `/api/v1/runs/${id}/links`, headers, payload: {} });
    expect([reply.statusCode, reply.json<{ detail: string }>().detail]).toEqual([
      409,
      'Links are switched off on this server. Share the report with people by name.',
    ]);
    const link = newLinkId();
    await closed.ctx.links?.make(
      id,
      { id: link, allows: 'view', preview: false, note: '', by: 'x', untilMs: Infinity },
      1,
    );
    const path = `/l/${writeLinkToken(link, [TOKEN])}`;
    expect((await closed.app.inject({ url: path, headers })).statusCode).toBe(404);
  } finally {
    await closed.close();
  }
});
