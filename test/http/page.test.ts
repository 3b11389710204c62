import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { readQuotas } from '../../src/domain/quota/quota-rule.ts';
import { form, openSite, page, TOKEN } from './site.ts';
import type { TestSite } from './site.ts';

let site: TestSite;
beforeAll(async () => {
  site = await openSite();
});
afterEach(async () => site.clear());
afterAll(async () => site.close());

const get = (url: string, headers?: Record<string, string>) => site.app.inject(page(url, headers));
const post = (url: string, fields: Record<string, string> = {}) => site.app.inject(form(url, fields));

/** Submits a run as the form does; returns its URL. */
async function submit(fields: Record<string, string> = {}): Promise<string> {
  const answer = await post('/s/sales/weekly', fields);
  expect(answer.statusCode).toBe(303);
  return String(answer.headers.location);
}

describe('the catalogue', () => {
  test('shows what can be run, and what is broken with its reason', async () => {
    const { body, statusCode } = await get('/');
    expect(statusCode).toBe(200);
    expect(body).toContain('>Weekly sales</a>');
    expect(body).toContain('>broken.ipynb</a>');
  });

  test('is searched on the server where there is no script', async () => {
    expect((await get('/?q=nothing')).body).toContain('Nothing matches “nothing”.');
    expect((await get('/?q=%3Cb%3E')).body).not.toContain('<b>');
  });
});

describe('an address to which only forms are sent', () => {
  test.each([
    ['/runs/x/cancel', '/runs/x'],
    ['/runs/x/links/y/revoke?a=b', '/runs/x'],
    ['/account/second-factor/confirm', '/account'],
    ['/sessions/end-all/', '/sessions'],
    ['/admin/connections/test', '/admin'],
    ['/sign-out', '/'],
  ])('leads to the page above it, if it is opened: %s', async (url, above) => {
    const { statusCode, headers } = await get(url);
    expect([statusCode, headers.location]).toEqual([303, above]);
  });

  test.each(['/', '/x', '/runs/x/y', '/sessions/end/x', '//evil.example/sign-out', '/api/v1/runs/x/cancel'])(
    'is not any other: %s',
    async (url) => {
      const { headers } = await get(url);
      expect(headers.location).toBeUndefined();
    },
  );

  test('is not there for programs', async () => {
    expect((await get('/sign-out', { accept: 'application/json' })).statusCode).toBe(404);
  });
});

describe('a script whose kernel is missing', () => {
  const missing = { what: 'The kernel "julia" is not installed here.', remedy: 'To install it: ask Julia.' };
  beforeAll(() => {
    Object.assign(site.ctx.kernels, { missing: async () => missing });
  });
  afterAll(() => {
    Object.assign(site.ctx.kernels, { missing: undefined });
  });

  test('is set apart in the catalogue, with its remedy', async () => {
    const { body } = await get('/');
    expect(body).not.toContain('>Weekly sales</a>');
    expect(body).toMatch(
      />sales\/weekly\.ipynb<\/a>[^]*The kernel &#34;julia&#34; is not installed here\.[^]*To install it: ask Julia\./,
    );
  });

  test('cannot be run from its page, which says why', async () => {
    const { body } = await get('/s/sales/weekly');
    expect(body).toContain('The kernel &#34;julia&#34; is not installed here. To install it: ask Julia.');
    expect(body).toMatch(/<button class="button primary"[^>]* disabled/);
    expect(body).not.toContain('press Run');
  });
});

describe('a full disk', () => {
  test('is said before anybody presses Run', async () => {
    const { limits } = site.ctx;
    Object.assign(site.ctx, { limits: { ...limits, diskReserveBytes: 1e18 } });
    try {
      for (const url of ['/', '/s/sales/weekly']) expect((await get(url)).body).toContain('disk is almost full');
    } finally {
      Object.assign(site.ctx, { limits });
    }
  });
});

describe('a quota', () => {
  test('is said before anybody presses Run, and when it is used up; to programs with the time', async () => {
    const { limits } = site.ctx;
    const allow = (...lines: readonly string[]) =>
      Object.assign(site.ctx, { limits: { ...limits, quotas: readQuotas(lines) } });
    await site.clear();
    await submit();
    await submit();
    await site.clear();
    const [use] = await site.ctx.runs.quotaUse('viewer', readQuotas(['*: 1 a day']), Date.now());
    const asProgram = (authorization = '') =>
      site.app.inject({
        ...{ method: 'POST', url: '/api/v1/runs', payload: { script: 'sales/weekly' } },
        headers: { authorization },
      });
    try {
      allow(`sales/*: ${(use?.runs ?? 0) + 1} a day`, 'other/*: 0 a day');
      const before = (await get('/s/sales/weekly')).body;
      expect(before).toMatch(/You can request 1 more report of sales; one more from \d\d:\d\d( tomorrow)? on\./);
      const url = await submit();
      await site.clear();
      const after = (await get('/s/sales/weekly')).body;
      expect(after).toMatch(
        /reports of sales were requested in the last 24 hours, .* can be requested at \d\d:\d\d( tomorrow)?\./,
      );
      expect(after).toContain('Not more for now');
      expect(after).toMatch(/<button class="button primary"[^>]* disabled/);
      expect((await get(url)).body).toContain('were requested in the last 24 hours');
      const refused = await post('/s/sales/weekly', { region: 'Mars' });
      expect(refused.statusCode).toBe(429);
      expect(refused.body).toContain('value="Mars"');
      const answer = await asProgram();
      expect([answer.statusCode, answer.json()]).toMatchObject([429, { code: 'limited', status: 429 }]);
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(80_000);
      expect(answer.json()).toMatchObject({ retryAfter: Number(answer.headers['retry-after']) });
      const runs = (use?.runs ?? 0) + 1;
      expect((await get('/api/v1/scripts/sales/weekly')).json<{ quotas: object[] }>().quotas).toEqual([
        {
          ...{ scripts: 'sales', together: false },
          reports: { most: runs, used: runs, nextAt: expect.stringMatching(/Z$/) as string },
        },
      ]);
      allow('*: 1 at once, 2h a day, 1GB kept together for anybody', 'sales/*: 4 a day for ana');
      expect((await get('/api/v1/scripts/sales/weekly')).json<{ quotas: object[] }>().quotas).toMatchObject([
        {
          scripts: '*',
          together: true,
          atOnce: { most: 1, used: 0 },
          seconds: { most: 7200 },
          keptBytes: { most: 1e9 },
        },
      ]);
      // somebody else has a quota of their own, also an operator
      expect((await asProgram(`Bearer ${TOKEN}`)).statusCode).toBe(202);
      // refused twice from one address
      const noted = await site.store.auditStore.list({ action: 'quota-refused', limit: 9 });
      expect(noted).toMatchObject([
        {
          actor: 'viewer',
          script: 'sales/weekly',
          details: { why: expect.stringContaining('last 24 hours') as string },
        },
      ]);
      allow('*: 1B kept');
      expect((await asProgram()).json()).toMatchObject({
        code: 'limited',
        detail: expect.stringMatching(/^Your reports take \S+ \S+, and 1 B may be kept/) as string,
      });
    } finally {
      Object.assign(site.ctx, { limits });
    }
  });
});

describe("a script's page", () => {
  test('is pre-filled by its address, and passes over what is no parameter', async () => {
    const { body } = await get('/s/sales/weekly?region=US%22%3E&rows=7&utm=1');
    expect(body).toContain('value="US&#34;&gt;"');
    expect(body).toContain('value="7"');
  });

  test("submits without JavaScript, to an address of the run's own", async () => {
    const url = await submit({ region: 'US', rows: '5', _timezone: 'Asia/Tokyo' });
    const run = await site.ctx.runs.find(url.split('/').at(-1) ?? '');
    expect(run).toMatchObject({
      parameters: { region: 'US', rows: 5 },
      timezone: 'Asia/Tokyo',
      trigger: 'form',
      by: 'viewer',
    });
    const { body } = await get(url);
    expect(body).toContain('Waiting');
    expect(body).toContain('<noscript><meta http-equiv="refresh"');
  });

  test('keeps what was typed, and says beside the field what would be right', async () => {
    const { body, statusCode } = await post('/s/sales/weekly', { region: 'US', rows: 'many' });
    expect(statusCode).toBe(422);
    expect(body).toContain('value="many"');
    expect(body).toContain('id="field-rows-error"');
    expect(body).toMatch(/id="field-rows"[^>]*aria-invalid="true"[^>]*autofocus/);
    expect(body).toContain('One input needs a correction.');
  });

  test('says so when too many runs wait, and keeps what was typed', async () => {
    for (let waiting = 0; waiting < 3; waiting += 1) await submit();
    const { body, statusCode, headers } = await post('/s/sales/weekly', { region: 'Mars' });
    expect(statusCode).toBe(503);
    expect(headers['retry-after']).toMatch(/^\d+$/);
    expect(body).toContain('value="Mars"');
  });

  test('of a broken file says what and where', async () => {
    const { body } = await get('/s/broken');
    expect(body).toContain('This report cannot be run');
    expect(body).not.toContain('<form class="inputs-form"');
    expect(body).not.toContain('Running is switched off');
  });

  test('is found at the address of the original, too', async () => {
    expect((await get('/scripts/sales/weekly?region=US')).headers.location).toBe('/s/sales/weekly?region=US');
    expect((await get('/scripts/sales%2Fweekly')).headers.location).toBe('/s/sales/weekly');
    expect((await post('/scripts/sales/weekly')).headers.location).toMatch(/^\/runs\/[a-z2-7]{26}$/);
  });

  test('that is not there is a page with 404', async () => {
    const { statusCode, headers } = await get('/s/nothing');
    expect(statusCode).toBe(404);
    expect(headers['content-type']).toContain('text/html');
  });
});

describe("a run's page", () => {
  test("shows the report once it has ended, and is the script's latest", async () => {
    const url = await submit({ region: 'US' });
    await site.finish();
    const { body } = await get(url);
    expect(body).toContain(`src="${url}/frame?titled=always&amp;contents=around"`);
    expect(body).toContain('Run again');
    expect(body).toContain('<details class="inputs-fold" id="inputs-fold">');
    expect(body).not.toContain('data-live');
    expect((await get('/latest/sales/weekly')).headers.location).toBe(url);
    const form = (await get('/s/sales/weekly')).body;
    expect(form).toContain(`src="${url}/frame?titled=always&amp;contents=around"`);
    expect(form).toContain('<details class="inputs-fold" id="inputs-fold" open>');
  });

  test('says in one sentence why it failed, with its values', async () => {
    const url = await submit({ region: 'Mars' });
    await site.finish({
      type: 'run-finished',
      outcome: { type: 'failed', cell: 1, exception: { name: 'ValueError', value: 'no <such> region' } },
    });
    const { body } = await get(url);
    expect(body).toContain('no &lt;such&gt; region');
    expect(body).toContain('Copy for the author');
    expect(body).toMatch(/Region<\/span> Mars/);
  });

  test('is kept and let go', async () => {
    const url = await submit();
    await site.finish();
    expect((await post(`${url}/keep`, { pinned: 'true' })).headers.location).toBe(url);
    expect((await get(url)).body).toContain('Kept until someone deletes it.');
    await post(`${url}/keep`, { pinned: 'false' });
    expect((await get(url)).body).toMatch(/Kept until \w+ \d+, \d{4}\./);
  });

  test('is cancelled while it waits', async () => {
    const url = await submit();
    expect((await post(`${url}/cancel`)).statusCode).toBe(303);
    expect((await get(url)).body).toContain('Cancelled');
    expect((await post(`${url}/cancel`)).statusCode).toBe(303);
  });

  test('whose report was deleted answers 410, with its values and a way to make it again', async () => {
    const url = await submit({ region: 'US' });
    const { id } = await site.finish();
    await site.ctx.runs.erase(id, Date.now());
    const { body, statusCode } = await get(url);
    expect(statusCode).toBe(410);
    expect(body).toContain('This report was deleted');
    expect(body).toContain('<input type="hidden" name="region" value="US">');
    expect((await get(`${url}/report`)).statusCode).toBe(410);
    expect((await get('/runs')).body).toContain('deleted');
  });

  test('whose parameters’ file changed and report was deleted is made again by the file of now', async () => {
    const beside = (text: string) => writeFile(join(site.folder, 'scripts/sales/weekly.params.json'), text);
    await beside('{"region": {"enum": ["EU", "US"]}}');
    const url = await submit({ region: 'US' });
    await beside('{"region": {"enum": ["EU", "US"], "title": "Where"}, "rows": {"maximum": 60}}');
    const { id, sidecar } = await site.finish();
    expect((await get(`${url}/report`)).statusCode).toBe(200);
    await site.ctx.runs.erase(id, Date.now());
    const { body } = await get(url);
    const fields = Object.fromEntries(
      [...body.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g)].map(([, name, value]) => [
        String(name),
        String(value),
      ]),
    );
    const again = await post(/action="(\/s\/[^"]+)"/.exec(body)?.[1] ?? '', fields);
    expect([fields.region, again.statusCode]).toEqual(['US', 303]);
    const made = await site.ctx.runs.find(String(again.headers.location).split('/').at(-1) ?? '');
    expect(made).toMatchObject({ given: { region: 'US' }, sidecar: { file: 'sales/weekly.params.json' } });
    expect(made?.sidecar?.hash).not.toBe(sidecar?.hash);
    await rm(join(site.folder, 'scripts/sales/weekly.params.json'));
  });

  test('that no viewer may delete is deleted by the operator only', async () => {
    const url = await submit();
    await site.finish();
    expect((await get(url)).body).not.toContain(`${url}/delete`);
    expect((await get(url, { authorization: `Bearer ${TOKEN}` })).body).toContain(`${url}/delete`);
  });
});

describe('the history', () => {
  test('keeps to the filters of its address', async () => {
    await submit({ region: 'Pluto' });
    await site.finish();
    await submit({ region: 'Saturn' });
    expect((await get('/runs?status=succeeded')).body).toContain('Region: Pluto');
    expect((await get('/runs?status=succeeded')).body).not.toContain('Region: Saturn');
    expect((await get('/runs?status=unfinished')).body).toContain('Region: Saturn');
    expect((await get('/runs?script=other')).body).toContain('No runs match.');
    expect((await get('/runs?until=2001-01-01')).body).toContain('No runs match.');
    expect((await get('/runs?since=nonsense&status=nonsense')).statusCode).toBe(200);
  });
});

test('colours are remembered, and the next page comes in them', async () => {
  const answer = await site.app.inject({
    ...form('/theme', { theme: 'dark' }),
    headers: { ...form('/', {}).headers, referer: 'http://localhost/runs?status=failed' },
  });
  expect(answer.headers.location).toBe('/runs?status=failed');
  const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? '';
  expect((await get('/', { cookie })).body).toContain('data-theme="dark"');
  for (const referer of [
    'https://evil.example/x',
    'http://localhost//evil.example/x',
    'http://localhost/\\evil.example',
    'http://localhost/..//evil.example',
  ]) {
    const foreign = await site.app.inject({
      ...form('/theme', { theme: 'dark' }),
      headers: { ...form('/', {}).headers, referer },
    });
    expect([referer, foreign.headers.location]).toEqual([referer, '/']);
  }
});

test("dates and numbers are written in the viewer's way and zone", async () => {
  const url = await submit();
  await site.finish({ type: 'result-published', name: 'revenue', value: 1234567.5 });
  const { body } = await get(url, { 'accept-language': 'de-DE,de;q=0.9', cookie: 'script_runner_zone=Asia/Tokyo' });
  expect(body).toContain('1.234.567,5');
  expect(body).toContain('data-zone="Asia/Tokyo"');
});

test('everything lies under the base path', async () => {
  const based = await openSite({ basePath: '/reports' });
  try {
    const { body } = await based.app.inject(page('/reports/'));
    expect(
      [...body.matchAll(/(?:href|action|src)="(\/[^"]*)"/g)]
        .map(([, url]) => url)
        .filter((url) => !url?.startsWith('/reports/')),
    ).toEqual([]);
    expect((await based.app.inject(form('/reports/s/sales/weekly', {}))).headers.location).toMatch(
      /^\/reports\/runs\//,
    );
    expect((await based.app.inject(page('/reports/static/logo.txt'))).body).toBe('logo');
    expect((await based.app.inject(page('/'))).statusCode).toBe(404);
    expect((await based.app.inject(page('/reports/sign-out'))).headers.location).toBe('/reports');
  } finally {
    await based.close();
  }
});

test('the catalogue of a thousand scripts is made for nobody after the start, so that the first page is quick', async () => {
  const many = await openSite(
    {},
    Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`s${at}.py`, '# %%\nx = 1'])),
  );
  try {
    const { runs } = many.ctx;
    let pages = 0;
    Object.assign(many.ctx, { runs: { ...runs, latest: (names: string[]) => ((pages += 1), runs.latest(names)) } });
    await many.app.listen({ host: '127.0.0.1', port: 0 });
    await expect.poll(() => pages, { timeout: 30_000 }).toBe(12);
  } finally {
    await many.close();
  }
});
