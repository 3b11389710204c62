/** Behind a real nginx: HTTPS, a sub-path, people whom the proxy names, streams and large downloads. */
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testChromium } from '../chromium.ts';
import { PROXY_HOST, startNginx, testNginx, type Nginx } from './nginx.ts';
import { startProduct, type Product } from './product.ts';
import { makeProject, notebook } from './project.ts';

const executablePath = testChromium();
const program = testNginx();
const DOWNLOAD_BYTES = 40_000_000;

describe.skipIf(executablePath === undefined || program === undefined)('behind a proxy, needs nginx, needs chromium', () => {
  const project = makeProject({
    'scripts/endless.ipynb': notebook('# Endless', 'print("the first words")', 'import time\nwhile True:\n    time.sleep(0.1)'),
    'scripts/large.ipynb': notebook('# Large', `import os\nopen(os.environ["SCRIPT_RUNNER_OUTPUT_DIR"] + "/large.bin", "wb").write(os.urandom(${DOWNLOAD_BYTES}))`),
  });
  let product: Product;
  let nginx: Nginx;
  let browser: Browser;
  let home: string;
  beforeAll(async () => {
    product = await startProduct(project.folder, {
      flags: { base_path: '/reports', hosts: PROXY_HOST, trusted_proxies: '127.0.0.1', identity_header: 'X-Forwarded-User', operators: 'ana' },
    });
    nginx = await startNginx(program ?? '', new URL(product.url).origin, { ana: 'secret-of-ana', bo: 'secret-of-bo' });
    home = `https://${PROXY_HOST}:${nginx.port}/reports/`;
    browser = await chromium.launch({
      executablePath: executablePath ?? '',
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync',
        `--host-resolver-rules=MAP ${PROXY_HOST} 127.0.0.1`],
    });
  });
  afterAll(async () => {
    await browser?.close();
    await nginx?.close();
    await product?.close();
    project.remove();
  });

  async function visit<Result>(name: string, look: (context: BrowserContext) => Promise<Result>): Promise<Result> {
    const context = await browser.newContext({ ignoreHTTPSErrors: true, httpCredentials: { username: name, password: `secret-of-${name}`, send: 'always' } });
    try {
      return await look(context);
    } finally {
      await context.close();
    }
  }
  /** As the browser would, but for the name: it is the proxy's address that is asked. */
  const ask = (context: BrowserContext, path: string, options: { method?: string; headers?: Record<string, string>; data?: object } = {}) =>
    context.request.fetch(`https://127.0.0.1:${nginx.port}${path}`, { ...options, headers: { host: `${PROXY_HOST}:${nginx.port}`, ...options.headers }, maxRedirects: 0 });

  test('a viewer sees outputs while the script goes on, and cancels it', () => visit('bo', async (context) => {
    const page = await context.newPage();
    const foreign: string[] = [];
    page.on('request', (request) => { if (!request.url().startsWith(home) && !/^(data|blob):/.test(request.url())) foreign.push(request.url()); });
    await page.goto(home);
    await page.getByRole('link', { name: 'Endless' }).first().click();
    await page.getByRole('button', { name: /^Run/ }).click();
    await page.waitForURL(/\/reports\/runs\/[a-z2-7]{26}/);
    await page.frameLocator('iframe.report').getByText('the first words', { exact: true }).waitFor({ timeout: 120_000 });
    await page.locator('#run-bar[data-status="running"]').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.locator('#run-bar[data-status="cancelled"]').waitFor();
    expect(foreign).toEqual([]);
    expect((await context.cookies()).every(({ path }) => path === '/reports/')).toBe(true);
  }), 180_000);

  test('what reports load needs no name, all else does, also by a detour', async () => {
    const stranger = await browser.newContext({ ignoreHTTPSErrors: true });
    const script = /\/reports\/assets\/app-[\w-]+\.js/.exec(await visit('bo', async (context) => (await ask(context, '/reports/')).text()))?.[0] ?? '';
    const loaded = await ask(stranger, script, { headers: { origin: 'null' } });
    expect([loaded.status(), loaded.headers()['access-control-allow-origin']]).toEqual([200, '*']);
    const ana = { authorization: `Basic ${Buffer.from('ana:wrong').toString('base64')}`, 'x-forwarded-user': 'ana' };
    const detours = ['/reports/admin', '/reports/assets/../admin', '/reports/assets/..%2fadmin', '/reports/admin/%2e%2e/assets/x', '/reports/assets/%2e%2e/admin'];
    for (const path of detours) expect([path, (await rawStatus(nginx.port, path, ana))]).toEqual([path, expect.toBeOneOf([401, 404])]);
    await stranger.close();
  });

  test('a large download arrives whole', () => visit('bo', async (context) => {
    const run = await (await ask(context, '/reports/api/v1/runs', { method: 'POST', headers: { prefer: 'wait=60' }, data: { script: 'large' } })).json() as { by: string; artifacts: { url: string; sizeBytes: number }[] };
    expect(run).toMatchObject({ by: 'bo', artifacts: [{ sizeBytes: DOWNLOAD_BYTES }] });
    const { pathname } = new URL(run.artifacts[0]?.url ?? '', home);
    expect(pathname).toMatch(/^\/reports\//);
    expect((await (await ask(context, pathname)).body()).length).toBe(DOWNLOAD_BYTES);
  }));

  test('people are who the proxy says, whatever they send', async () => {
    expect(await visit('bo', async (context) => (await ask(context, '/reports/admin', { headers: { 'x-forwarded-user': 'ana' } })).status())).toBe(403);
    expect(await visit('ana', async (context) => (await ask(context, '/reports/admin')).status())).toBe(200);
    const stranger = await browser.newContext({ ignoreHTTPSErrors: true });
    expect((await ask(stranger, '/reports/', { headers: { 'x-forwarded-user': 'ana' } })).status()).toBe(401);
    await stranger.close();
  });

  test('the scheme and the name that the proxy passes on count', () => visit('bo', async (context) => {
    const from = async (origin: string) => (await ask(context, '/reports/api/v1/runs', { method: 'POST', headers: { origin }, data: { script: 'nowhere' } })).status();
    expect(await from(new URL(home).origin)).toBe(404);
    expect(await from(`http://${PROXY_HOST}:${nginx.port}`)).toBe(403);
    expect(await from('https://elsewhere.example')).toBe(403);
    expect((await ask(context, '/reports/', { headers: { host: 'elsewhere.example' } })).status()).toBe(421);
    const token = readFileSync(join(product.data, 'operator-token'), 'utf8').trim();
    expect((await ask(context, `/reports/sign-in?token=${token}`)).headers()['set-cookie']).toMatch(/; Path=\/reports\/; HttpOnly; Secure; SameSite=Strict$/);
  }));
});

/** The path goes out as it is written: a browser would tidy it. */
function rawStatus(port: number, path: string, headers: Readonly<Record<string, string>>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers: { host: `${PROXY_HOST}:${port}`, ...headers }, rejectUnauthorized: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject).end();
  });
}
