import { execFileSync } from 'node:child_process';
import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { form, openSite, page, TOKEN } from './site.ts';
import type { TestSite } from './site.ts';

let site: TestSite;
let id: string;
const routes: string[] = [];
beforeAll(async () => {
  site = await openSite({
    trustedProxies: ['127.0.0.1'],
    links: { mostMs: 86_400_000 },
    onRoute: ({ method, url }) => routes.push(...[method].flat().map((each) => `${each} ${url}`)),
  });
  await site.app.inject(form('/s/sales/weekly', {}));
  const { hash, sizeBytes } = await site.ctx.blobs.put(new TextEncoder().encode('<script>alert(1)</script>'));
  const file = { $blob: hash, sizeBytes, encoding: 'base64' } as const;
  ({ id } = await site.finish(
    { type: 'artifact-added', artifact: { name: 'Übersicht "1".html', mime: 'text/html', sizeBytes, hash } },
    { type: 'file-kept', path: '../data ü.html', mime: 'text/html', file },
  ));
});
afterAll(async () => site.close());

test.each([
  '/',
  '/s/sales/weekly',
  '/s/broken',
  '/runs',
  '/runs/ID',
  '/nothing',
  '/api/v1/scripts',
  '/healthz',
  '/static/logo.txt',
  '/admin',
  '/runs/nothing',
])("%s comes under the app's policy", async (url) => {
  const { headers } = await site.app.inject(page(url.replace('ID', id)));
  expect(headers['content-security-policy']).toMatch(
    /^default-src 'none'; script-src 'self'; style-src 'self';.*frame-ancestors 'none'$/,
  );
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
  });
});

test.each(['/', '/s/sales/weekly', '/s/broken', '/runs', '/runs/ID', '/nothing'])(
  '%s has no inline script, style or handler',
  async (url) => {
    const { body } = await site.app.inject(page(url.replace('ID', id)));
    expect(body).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=/i);
  },
);

describe('what notebooks made', () => {
  test.each(['/runs/ID/frame', '/runs/ID/report', '/api/v1/runs/ID/report'])(
    'comes in a sandbox at %s',
    async (url) => {
      const { headers } = await site.app.inject(page(url.replace('ID', id)));
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain('sandbox allow-scripts');
      expect(policy).toContain("connect-src 'none'");
      expect(policy).toContain('http://localhost/assets/');
      expect(policy).not.toMatch(/allow-(?!scripts)|'self'[^;]*script/);
    },
  );

  test.each([
    '/runs/ID/report.html',
    '/api/v1/runs/ID/report.ipynb',
    '/api/v1/runs/ID/artifacts/%C3%9Cbersicht%20%221%22.html',
    '/api/v1/runs/ID/files?path=..%2Fdata%20%C3%BC.html',
  ])('is only ever downloaded from %s', async (url) => {
    const { headers, statusCode } = await site.app.inject(page(url.replace('ID', id)));
    expect(statusCode).toBe(200);
    expect(headers['content-disposition']).toMatch(
      /^attachment; filename="[\x20-\x7e]+"(; filename\*=UTF-8''[\w%.-]+)?$/,
    );
    expect(headers['content-security-policy']).toBe("sandbox; default-src 'none'; frame-ancestors 'none'");
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  test.each([
    ['/runs/ID/frame', { 'sec-fetch-dest': 'document' }],
    ['/runs/ID/frame?theme=dark&titled=always', { 'sec-fetch-dest': 'object' }],
    ['/api/v1/runs/ID/report', { 'sec-fetch-dest': 'document' }],
    ['/api/v1/runs/ID/report', { 'upgrade-insecure-requests': '1' }],
  ])('is shown by no browser by itself: %s %j leads to our page around it', async (url, headers) => {
    const answer = await site.app.inject(page(url.replace('ID', id), headers as unknown as Record<string, string>));
    const theme = url.includes('?') ? '?theme=dark' : '';
    expect([answer.statusCode, answer.headers.location]).toEqual([302, `/runs/${id}/report${theme}`]);
    const { body } = await site.app.inject(page(url.replace('ID', id)));
    expect(body).toMatch(
      /<title>[^]*?<\/title>\n<script>if \(self === top && [^<]*stop\(\); location\.replace\("\/runs\/\w+\/report"\)/,
    );
  });

  test.each([{ 'sec-fetch-dest': 'document' }, { 'upgrade-insecure-requests': '1' }])(
    'lies in a frame of our page for a browser, %j',
    async (headers) => {
      const url = `/runs/${id}/report?theme=dark`;
      const answer = await site.app.inject(page(url, headers as unknown as Record<string, string>));
      expect(answer.headers['content-security-policy']).toContain("frame-src 'self'");
      expect(answer.body).toMatch(
        new RegExp(`<iframe [^>]*src="/runs/${id}/frame\\?theme=dark&amp;titled=screen"[^>]* sandbox="allow-scripts" `),
      );
      expect(answer.body).not.toContain('<header class="top">');
    },
  );

  test('keeps its name in every browser', async () => {
    const { headers, body } = await site.app.inject(
      page(`/api/v1/runs/${id}/artifacts/${encodeURIComponent('Übersicht "1".html')}`),
    );
    expect(headers['content-disposition']).toBe(
      'attachment; filename="?bersicht \\"1\\".html"; filename*=UTF-8\'\'%C3%9Cbersicht%20%221%22.html',
    );
    expect(body).toBe('<script>alert(1)</script>');
  });
});

describe('the operator', () => {
  test('is whoever followed the sign-in link, by a cookie that scripts and other sites cannot use', async () => {
    const answer = await site.app.inject(page(`/sign-in?token=${TOKEN}`));
    expect(answer.statusCode).toBe(303);
    expect(answer.headers.location).toBe('/admin');
    const cookie = String(answer.headers['set-cookie']);
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    expect(cookie).not.toContain(TOKEN);
    expect((await site.app.inject(page('/admin', { cookie: cookie.split(';')[0] ?? '' }))).statusCode).toBe(200);
  });

  test('is whoever shows the token', async () => {
    expect((await site.app.inject(page('/admin', { authorization: `Bearer ${TOKEN}` }))).statusCode).toBe(200);
  });

  test.each([
    ['/admin', {}],
    ['/admin', { cookie: 'script_runner_x=1' }],
    ['/sign-in?token=wrong', {}],
    ['/sign-in', {}],
    ['/sign-in?token=', {}],
  ])('is nobody else: %s %j', async (url, headers) => {
    const answer = await site.app.inject(page(url, headers as Record<string, string>));
    expect(answer.statusCode).toBe(403);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  test('is nobody who shows a wrong token', async () => {
    const answer = await site.app.inject(page('/admin', { authorization: 'Bearer wrong' }));
    expect([answer.statusCode, answer.headers['www-authenticate']]).toEqual([401, 'Bearer error="invalid_token"']);
  });
});

function readlinkOf(name: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${name}`);
  } catch {
    return '';
  }
}

describe('files', () => {
  test('of the project are served', async () => {
    const { body, headers } = await site.app.inject(page('/static/logo.txt'));
    expect([body, headers]).toMatchObject([
      'logo',
      {
        'cache-control': 'private, max-age=60',
        'x-content-type-options': 'nosniff',
        etag: expect.any(String),
        'last-modified': expect.any(String),
      },
    ]);
    expect(
      (await site.app.inject(page('/static/logo.txt', { 'if-none-match': String(headers.etag) }))).statusCode,
    ).toBe(304);
    expect((await site.app.inject(page('/static/inside.txt'))).body).toBe('logo');
  });

  test('of the project are sent by type, in parts, and closed', async () => {
    const own = () =>
      readdirSync('/proc/self/fd')
        .map((name) => readlinkOf(name))
        .filter((to) => to.startsWith(site.folder + '/static'));
    const part = await site.app.inject(page('/static/logo.txt', { range: 'bytes=1-2' }));
    expect([part.statusCode, part.body, part.headers['content-range']]).toEqual([206, 'og', 'bytes 1-2/4']);
    expect(part.headers['content-type']).toBe('text/plain; charset=utf-8');
    const beyond = await site.app.inject(page('/static/logo.txt', { range: 'bytes=9-10' }));
    expect(beyond.statusCode).toBe(416);
    const head = await site.app.inject({ ...page('/static/logo.txt'), method: 'HEAD' });
    expect([head.statusCode, head.body, head.headers['content-length']]).toEqual([200, '', '4']);
    await expect.poll(own).toEqual([]);
  });

  test.each([
    '/static/../secret.txt',
    '/static/%2e%2e/secret.txt',
    '/static/..%2fsecret.txt',
    '/static/%2e%2e%2fsecret.txt',
    '/static//../../secret.txt',
    '/static/sub/../../secret.txt',
    '/static/..%5csecret.txt',
    '/static/%00',
    '/static/.hidden',
    '/static/sub/.hidden',
    '/static/link.txt',
    '/static/linked/secret.txt',
    '/static/sub/',
    '/assets/../secret.txt',
    '/assets/%2e%2e%2fsecret.txt',
  ])('outside are not: %s', async (url) => {
    const answer = await site.app.inject(page(url));
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
    expect(answer.body).not.toMatch(/^(secret|hidden)$/);
  });

  test('that are no plain files are not waited for', async () => {
    execFileSync('mkfifo', [join(site.folder, 'static/pipe')]);
    expect((await site.app.inject(page('/static/pipe'))).statusCode).toBeGreaterThanOrEqual(400);
  });

  test('of the build are public and for ever', async () => {
    expect((await site.app.inject(page('/assets/app-1.css'))).headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
    });
    expect(
      (await site.app.inject(page('/assets/app-1.css', { 'accept-encoding': 'gzip' }))).headers['content-encoding'],
    ).toBe('gzip');
  });
});

/** Without private data, and the same for everybody. */
const CACHED = /^(GET|HEAD) \/(assets|static|brand|embed\.js)/;
/** Needed by pages of other sites, and by reports, whose origin is opaque. */
const SHARED = /^(GET|HEAD) \/(assets\/|embed\.js)/;

/** What is wrong with the headers of an answer over HTTPS; empty if all is well. */
function faultsOf(route: string, { headers, body, statusCode }: Awaited<ReturnType<typeof ask>>): readonly string[] {
  const policy = String(headers['content-security-policy']);
  const expected: Readonly<Record<string, RegExp>> = {
    // of an address that cannot be decoded, the framework does not tell the protocol
    'strict-transport-security': route === 'GET /%zz' ? /^undefined$/ : /^max-age=31536000$/,
    'x-content-type-options': /^nosniff$/,
    'referrer-policy': route.includes(' /l/') ? /^(no-referrer|same-origin)$/ : /^same-origin$/,
    // a document in a sandbox has an origin of its own anyway
    'cross-origin-opener-policy': policy.startsWith('sandbox allow-scripts') ? /^unsafe-none$/ : /^same-origin$/,
    'cross-origin-resource-policy': SHARED.test(route) ? /^(cross|same)-origin$/ : /^same-origin$/,
    'cache-control': CACHED.test(route) ? /^(public|private), max-age|^no-store$/ : /^no-store$/,
    'access-control-allow-origin': SHARED.test(route) ? /^(\*|undefined)$/ : /^undefined$/,
    server: /^undefined$/,
    'x-powered-by': /^undefined$/,
  };
  // of what a notebook has written, it alone knows the encoding
  const hasText =
    !route.endsWith('/artifacts/:name') && /^(text\/|application\/[\w.]*\+?xml)/.test(String(headers['content-type']));
  return [
    ...Object.entries(expected)
      .filter(([name, value]) => !value.test(String(headers[name])))
      .map(([name]) => `${name}: ${headers[name]}`),
    ...[headers['set-cookie'] ?? []]
      .flat()
      .filter(
        (cookie) =>
          !/^__Host-[^;]+; (.*; )?Path=\/; (Expires=[^;]+; )?HttpOnly; Secure; SameSite=(Lax|Strict)$/.test(cookie),
      ),
    ...(/default-src 'none'/.test(policy) && /frame-ancestors '(none|self)'/.test(policy) ? [] : [`policy: ${policy}`]),
    ...(/^sandbox|base-uri 'none'/.test(policy) ? [] : ['base-uri']),
    ...(body !== '' && headers['content-type'] === undefined ? ['no content-type'] : []),
    ...(hasText && !/charset=utf-8/.test(String(headers['content-type'])) ? [`${headers['content-type']}`] : []),
  ].map((fault) => `${route} ${statusCode}: ${fault}`);
}

/** As a browser behind a proxy that serves HTTPS. */
async function ask(route: string, link: string) {
  const [method = '', path = ''] = route.split(' ');
  const url = path
    .replace(':token', link)
    .replace('/assets/*', '/assets/app-1.css')
    .replace('/static/*', '/static/logo.txt')
    .replace('*', 'sales/weekly')
    .replace('artifacts/:name', `artifacts/${encodeURIComponent('Übersicht "1".html')}`)
    .replace(':id', id)
    .replace(/\/export$/, '/export?to=csv')
    .replace(/\/files$/, '/files?path=..%2Fdata%20%C3%BC.html');
  const isApi = path.startsWith('/api/');
  return site.app.inject({
    method: method as 'GET',
    url,
    headers: {
      ...{ host: 'reports.example', origin: 'https://reports.example', 'x-forwarded-proto': 'https' },
      accept: isApi ? 'application/json' : 'text/html',
      // a deleted report would show nothing to the others
      ...(/admin|runs\/:id\/(keep|cancel|share|unshare|links)/.test(path) ? { authorization: `Bearer ${TOKEN}` } : {}),
      'content-type': isApi ? 'application/json' : 'application/x-www-form-urlencoded',
    },
    ...(method === 'GET' || method === 'HEAD' ? {} : { payload: isApi ? '{}' : 'theme=dark' }),
  });
}

// the last: it deletes the report, too
test('every route answers with security headers, over HTTPS and whatever the answer is', async () => {
  expect(routes.length).toBeGreaterThan(100);
  const made = await site.app.inject({
    ...{ method: 'POST', url: `/api/v1/runs/${id}/links`, payload: {} },
    headers: { host: 'localhost', authorization: `Bearer ${TOKEN}` },
  });
  const link = /\/l\/([\w-]+)/.exec(made.body)?.[1] ?? '';
  const faults: string[] = [];
  const statuses = new Set<number>();
  for (const route of [
    ...routes.toSorted((a, b) => Number(a.includes('/delete')) - Number(b.includes('/delete'))),
    'GET /%zz',
    'GET /no-page',
    'POST /',
  ]) {
    const answer = await ask(route, link);
    statuses.add(answer.statusCode);
    faults.push(...faultsOf(route, answer));
  }
  expect(faults).toEqual([]);
  expect([...statuses].toSorted()).toEqual(expect.arrayContaining([200, 302, 303, 400, 404, 422]));
});
