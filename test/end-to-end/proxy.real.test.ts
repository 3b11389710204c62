/**
 * Behind a real nginx and a real Caddy: HTTPS, a base path, users whom the proxy names, streams and large downloads.
 */
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM_FLAGS, testChromium } from '../chromium.ts';
import { caddy } from './caddy.ts';
import { nginx } from './nginx.ts';
import { startProduct, type Product } from './product.ts';
import { makeProject, notebook } from './project.ts';
import { PROXY_HOST, startProxy, type Proxy } from './proxy.ts';

const executablePath = testChromium();
const DOWNLOAD_BYTES = 40_000_000;

for (const program of [nginx, caddy])
  describe.skipIf(executablePath === undefined || program.program === undefined)(
    `behind ${program.name}, needs ${program.name}, needs chromium`,
    () => {
      const project = makeProject({
        'scripts/endless.ipynb': notebook(
          '# Endless',
          'print("the first words")',
          'import time\nwhile True:\n    time.sleep(0.1)',
        ),
        'scripts/large.ipynb': notebook(
          '# Large',
          `import os\nopen(os.environ["SCRIPT_RUNNER_OUTPUT_DIR"] + "/large.bin", "wb").write(os.urandom(${DOWNLOAD_BYTES}))`,
        ),
      });
      let product: Product;
      let proxy: Proxy;
      let browser: Browser;
      let home: string;
      beforeAll(async () => {
        product = await startProduct(project.folder, {
          flags: {
            base_path: '/reports',
            hosts: PROXY_HOST,
            trusted_proxies: '127.0.0.1',
            identity_header: 'X-Forwarded-User',
            operators: 'ana',
          },
        });
        proxy = await startProxy(program, new URL(product.url).origin, { ana: 'secret-of-ana', bo: 'secret-of-bo' });
        home = `https://${PROXY_HOST}:${proxy.port}/reports/`;
        browser = await chromium.launch({
          executablePath: executablePath ?? '',
          args: [...CHROMIUM_FLAGS, `--host-resolver-rules=MAP ${PROXY_HOST} 127.0.0.1`],
        });
      });
      afterAll(async () => {
        await browser?.close();
        await proxy?.close();
        await product?.close();
        project.remove();
      });

      async function visit<Result>(name: string, look: (context: BrowserContext) => Promise<Result>): Promise<Result> {
        const context = await browser.newContext({
          ignoreHTTPSErrors: true,
          httpCredentials: { username: name, password: `secret-of-${name}`, send: 'always' },
        });
        try {
          return await look(context);
        } finally {
          await context.close();
        }
      }
      /** As a browser would, except for the name: the request goes to the proxy's address. */
      const ask = (
        context: BrowserContext,
        path: string,
        options: { method?: string; headers?: Record<string, string>; data?: object } = {},
      ) =>
        context.request.fetch(`https://127.0.0.1:${proxy.port}${path}`, {
          ...options,
          headers: { host: `${PROXY_HOST}:${proxy.port}`, ...options.headers },
          maxRedirects: 0,
        });

      test(
        'a viewer sees outputs while the script goes on, and cancels it',
        () =>
          visit('bo', async (context) => {
            const page = await context.newPage();
            const foreign: string[] = [];
            page.on('request', (request) => {
              if (!request.url().startsWith(home) && !/^(data|blob):/.test(request.url())) foreign.push(request.url());
            });
            await page.goto(home);
            await page.getByRole('link', { name: 'Endless' }).first().click();
            await page.getByRole('button', { name: /^Run/ }).click();
            await page.waitForURL(/\/reports\/runs\/[a-z2-7]{26}/);
            await page
              .frameLocator('iframe.report')
              .getByText('the first words', { exact: true })
              .waitFor({ timeout: 120_000 });
            await page.locator('#run-bar[data-status="running"]').waitFor();
            await page.getByRole('button', { name: 'Cancel' }).click();
            await page.locator('#run-bar[data-status="cancelled"]').waitFor();
            expect(foreign).toEqual([]);
            expect((await context.cookies()).every(({ path }) => path === '/reports/')).toBe(true);
          }),
        180_000,
      );

      test('what reports load needs no name, all else does, also by a detour', async () => {
        const stranger = await browser.newContext({ ignoreHTTPSErrors: true });
        const script =
          /\/reports\/assets\/app-[\w-]+\.js/.exec(
            await visit('bo', async (context) => (await ask(context, '/reports/')).text()),
          )?.[0] ?? '';
        const loaded = await ask(stranger, script, { headers: { origin: 'null' } });
        expect([loaded.status(), loaded.headers()['access-control-allow-origin']]).toEqual([200, '*']);
        const ana = {
          authorization: `Basic ${Buffer.from('ana:wrong').toString('base64')}`,
          'x-forwarded-user': 'ana',
        };
        const detours = [
          '/reports/admin',
          '/reports/assets/../admin',
          '/reports/assets/..%2fadmin',
          '/reports/admin/%2e%2e/assets/x',
          '/reports/assets/%2e%2e/admin',
        ];
        for (const path of detours)
          expect([path, (await rawAsk(proxy.port, path, ana)).status]).toEqual([path, expect.toBeOneOf([401, 404])]);
        await stranger.close();
      });

      test('an address without its last slash leads on', async () => {
        const { status, location } = await rawAsk(proxy.port, '/reports', {});
        expect([status, new URL(location ?? '', home).href]).toEqual([expect.toBeOneOf([301, 302]), home]);
      });

      test('a large download arrives whole', () =>
        visit('bo', async (context) => {
          const run = (await (
            await ask(context, '/reports/api/v1/runs', {
              method: 'POST',
              headers: { prefer: 'wait=60' },
              data: { script: 'large' },
            })
          ).json()) as { by: string; artifacts: { url: string; sizeBytes: number }[] };
          expect(run).toMatchObject({ by: 'bo', artifacts: [{ sizeBytes: DOWNLOAD_BYTES }] });
          const { pathname } = new URL(run.artifacts[0]?.url ?? '', home);
          expect(pathname).toMatch(/^\/reports\//);
          expect((await (await ask(context, pathname)).body()).length).toBe(DOWNLOAD_BYTES);
        }));

      test('people are who the proxy says, whatever they send', async () => {
        expect(
          await visit('bo', async (context) =>
            (await ask(context, '/reports/admin', { headers: { 'x-forwarded-user': 'ana' } })).status(),
          ),
        ).toBe(403);
        expect(await visit('ana', async (context) => (await ask(context, '/reports/admin')).status())).toBe(200);
        const stranger = await browser.newContext({ ignoreHTTPSErrors: true });
        expect((await ask(stranger, '/reports/', { headers: { 'x-forwarded-user': 'ana' } })).status()).toBe(401);
        await stranger.close();
      });

      test('the scheme and the name that the proxy passes on count', () =>
        visit('bo', async (context) => {
          const from = async (origin: string) =>
            (
              await ask(context, '/reports/api/v1/runs', {
                method: 'POST',
                headers: { origin },
                data: { script: 'nowhere' },
              })
            ).status();
          expect(await from(new URL(home).origin)).toBe(404);
          expect(await from(`http://${PROXY_HOST}:${proxy.port}`)).toBe(403);
          expect(await from('https://elsewhere.example')).toBe(403);
          const bo = { authorization: `Basic ${Buffer.from('bo:secret-of-bo').toString('base64')}` };
          expect((await rawAsk(proxy.port, '/reports/', bo)).body).toContain('Endless');
          expect((await rawAsk(proxy.port, '/reports/', { ...bo, host: 'elsewhere.example' })).body).not.toContain(
            'Endless',
          );
          const token = readFileSync(join(product.data, 'operator-token'), 'utf8').trim();
          expect((await ask(context, `/reports/sign-in?token=${token}`)).headers()['set-cookie']).toMatch(
            /; Path=\/reports\/; HttpOnly; Secure; SameSite=Strict$/,
          );
        }));
    },
  );

/** The path and the name are sent unchanged: a browser would normalise them. */
function rawAsk(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ status: number | undefined; location: string | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port,
      path,
      servername: PROXY_HOST,
      headers: { host: `${PROXY_HOST}:${port}`, ...headers },
      rejectUnauthorized: false,
    };
    request(options, (response) => {
      let body = '';
      response
        .setEncoding('utf8')
        .on('data', (piece: string) => {
          body += piece;
        })
        .on('end', () => {
          resolve({ status: response.statusCode, location: response.headers.location, body });
        });
    })
      .on('error', reject)
      .end();
  });
}
