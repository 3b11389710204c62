/** Other servers in a report: one that the setting allows, by name and by wildcard, and one that it does not. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Frame, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCertificate } from '../certificate.ts';
import { CHROMIUM_FLAGS, testChromium } from '../chromium.ts';
import { read, run } from './client.ts';
import { startProduct, type Product } from './product.ts';
import { makeProject, notebook } from './project.ts';

const executablePath = testChromium();
const PICTURE =
  '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20" fill="teal"/></svg>';
/** What the script of the allowed server tries on its own: nothing of it may succeed. */
const SCRIPT = `(async () => {
  const said = {};
  const app = new URL(document.baseURI).origin;
  for (const [name, attempt] of Object.entries({
    api: () => fetch(app + '/api/v1/runs').then((reply) => reply.text()), cookie: () => document.cookie || Promise.reject(), page: () => parent.document.title,
    home: () => fetch('/').then((reply) => reply.status), picture: () => new Promise((done, fail) => { const i = new Image(); i.onload = done; i.onerror = fail; i.src = app + '/static/own.svg'; }),
    frame: () => new Promise((done) => { const f = document.createElement('iframe'); f.src = app + '/'; f.onload = () => { f.contentDocument.title; done('read'); }; f.onerror = done; document.body.append(f); setTimeout(() => done('blocked'), 300); }),
  })) said[name] = await (async () => attempt())().then(String, () => 'blocked');
  document.querySelector('#said').textContent = 'done ' + JSON.stringify(said);
})();`;

describe.skipIf(executablePath === undefined)('other servers in a report, needs chromium', () => {
  const folder = mkdtempSync(join(tmpdir(), 'report-host-'));
  const asked: string[] = [];
  let server: Server;
  let product: Product;
  let browser: Browser;
  let port: number;
  let project: ReturnType<typeof makeProject>;
  beforeAll(async () => {
    makeCertificate(folder, 'tile.example.org');
    server = createServer(
      { key: readFileSync(join(folder, 'key')), cert: readFileSync(join(folder, 'crt')) },
      (request, response) => {
        asked.push(`${String(request.headers.host?.replace(/:.*/, ''))}${String(request.url)}`);
        const isScript = request.url === '/x.js';
        response
          .setHeader('content-type', isScript ? 'text/javascript' : 'image/svg+xml')
          .setHeader('access-control-allow-origin', '*')
          .end(isScript ? SCRIPT : PICTURE);
      },
    );
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    ({ port } = server.address() as AddressInfo);
    const from = (host: string, path: string) => `https://${host}.example.org:${port}/${path}`;
    const html = `<p id="said">trying</p><img id="tile" src="${from('tile', 'a.svg')}"><img id="cdn" src="${from('b.cdn', 'b.svg')}"><img id="other" src="${from('other', 'c.svg')}"><script src="${from('tile', 'x.js')}"></script><script src="${from('other', 'x.js')}"></script>`;
    project = makeProject({
      'scripts/map.ipynb': notebook(`from IPython.display import HTML\nHTML(${JSON.stringify(html)})`),
      'public/static/own.svg': PICTURE,
    });
    product = await startProduct(project.folder, {
      flags: { report_hosts: `tile.example.org:${port},*.cdn.example.org:${port}` },
    });
    browser = await chromium.launch({
      executablePath: executablePath ?? '',
      args: [...CHROMIUM_FLAGS, '--host-resolver-rules=MAP *.example.org 127.0.0.1'],
    });
  });
  afterAll(async () => {
    await browser?.close();
    await product?.close();
    server?.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
    project?.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  const widths = (frame: Frame | Page) =>
    frame.evaluate(() =>
      ['tile', 'cdn', 'other'].map((id) => (document.getElementById(id) as HTMLImageElement).naturalWidth),
    );
  const BLOCKED = () =>
    `Something from other.example.org:${port} was not loaded. The setting report_hosts names the servers from which reports may load.`;

  test('the allowed ones are loaded, the other is named with the setting, and none reaches the app', async () => {
    const made = await run(product.url, 'map');
    const page = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage();
    await page.goto(`${product.url}/runs/${made.id}`);
    const frame = (await (await page.locator('iframe.report').elementHandle())?.contentFrame()) as Frame;
    const said = await frame.locator('#said', { hasText: 'done' }).innerText();
    expect(JSON.parse(said.slice(5))).toEqual(
      Object.fromEntries(['api', 'cookie', 'page', 'home', 'picture', 'frame'].map((name) => [name, 'blocked'])),
    );
    await expect.poll(() => widths(frame)).toEqual([40, 40, 0]);
    expect(await frame.locator('.blocked').allTextContents()).toContain(BLOCKED());
    expect(await page.locator('#run-blocked').textContent()).toContain(
      'which was blocked. Its last lines say how to allow that.',
    );
    expect(asked.filter((each) => each.startsWith('other'))).toEqual([]);
    expect((JSON.parse(await read(`${product.url}/api/v1/runs`)) as { items: unknown[] }).items).toHaveLength(1);
    await page.context().close();
  });

  test('the file of the report loads from the same ones', async () => {
    const made = await run(product.url, 'map');
    writeFileSync(join(folder, 'report.html'), await read(`${product.url}/runs/${made.id}/report.html`));
    const page = await (await browser.newContext({ ignoreHTTPSErrors: true })).newPage();
    await page.goto(pathToFileURL(join(folder, 'report.html')).href);
    await expect.poll(() => widths(page)).toEqual([40, 40, 0]);
    await expect.poll(() => page.locator('.blocked').allTextContents()).toContain(BLOCKED());
    expect(asked.filter((each) => each.startsWith('other'))).toEqual([]);
    await page.context().close();
  });
});
