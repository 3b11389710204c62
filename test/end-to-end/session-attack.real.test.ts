/**
 * A notebook that wants the reader's session, in a real browser, embedded and opened by itself; and one that calls the
 * API from Python.
 */
import { chromium, type Browser, type Frame } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM_FLAGS, testChromium } from '../chromium.ts';
import { events, read, run } from './client.ts';
import { startProduct, type Product } from './product.ts';
import { makeProject, notebook } from './project.ts';

const SCRIPT = `
const tries = {
  cookie: () => document.cookie, storage: () => localStorage.getItem('secret'), session: () => sessionStorage.length,
  database: () => new Promise((done, fail) => { const open = indexedDB.open('x'); open.onsuccess = () => done('open'); open.onerror = () => fail(open.error); }),
  parent: () => parent === window ? Promise.reject('alone') : parent.document.title, opener: () => opener ? opener.document.title : Promise.reject('none'),
  embedding: () => frameElement ? frameElement.src : Promise.reject('none'),
  api: () => fetch('/api/v1/runs', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"script":"hostile"}' }).then(r => r.status),
  // A beacon does not report whether it was sent; the list of runs below does.
  read: () => fetch('/api/v1/runs').then(r => r.text()),
  beacon: () => { navigator.sendBeacon('/api/v1/runs', new Blob(['{"script":"hostile"}'], { type: 'application/json' })); throw 'unknown'; },
  socket: () => new Promise((done, fail) => { const s = new WebSocket(location.href.replace('http', 'ws')); s.onopen = () => done('open'); s.onerror = fail; }),
  elsewhere: () => fetch('https://example.org/').then(r => r.status),
  top: () => { if (top === window) throw 'alone'; top.location.href = 'about:blank'; return top.location.href; },
  worker: () => new Promise((done, fail) => { const r = navigator.serviceWorker; r ? r.register('/assets/x.js').then(() => done('registered'), fail) : fail('none'); }),
};
const form = Object.assign(document.createElement('form'), { method: 'post', action: '/s/hostile', target: '_blank' });
document.body.append(form);
try { form.submit(); } catch {}
const said = {};
for (const [name, attempt] of Object.entries(tries)) {
  try { said[name] = 'GOT ' + await attempt(); } catch (error) { said[name] = 'blocked'; }
}
document.getElementById('said').textContent = 'done ' + JSON.stringify(said);
`;

const project = makeProject({
  'scripts/hostile.ipynb': notebook(
    'from IPython.display import HTML\nHTML(' +
      JSON.stringify(`<p id="said">trying</p><script type="module">${SCRIPT}</script>`) +
      ')',
  ),
  'scripts/caller.ipynb': notebook(
    '# parameters\naddress: str = ""',
    'import urllib.request\ntry:\n    print("answered", urllib.request.urlopen(address, timeout=5).status)\nexcept Exception as error:\n    print("refused", type(error).__name__)',
  ),
});
const executablePath = testChromium();

describe('a hostile notebook', () => {
  let product: Product;
  beforeAll(async () => {
    product = await startProduct(project.folder);
  });
  afterAll(async () => {
    await product.close();
    project.remove();
  });

  test('cannot call the API from its kernel', async () => {
    const made = await run(product.url, 'caller', { address: `${product.url}/api/v1/scripts` });
    const log = await events(product.url, made.id);
    expect(log.filter(({ type }) => type === 'stream-appended').map(({ text }) => text)).toEqual([
      expect.stringMatching(/^refused/),
    ]);
  });

  test.skipIf(executablePath === undefined)('reads nothing in the browser, needs chromium', async () => {
    const made = await run(product.url, 'hostile');
    const browser: Browser = await chromium.launch({
      executablePath: executablePath ?? '',
      args: CHROMIUM_FLAGS,
    });
    try {
      const context = await browser.newContext();
      await context.addCookies([{ name: 'secret', value: 'crown jewels', url: product.url }]);
      const page = await context.newPage();
      await page.goto(product.url);
      await page.evaluate(() => localStorage.setItem('secret', 'crown jewels'));
      const attempts = async (frame: Frame): Promise<Record<string, string>> => {
        const text = await frame.locator('#said', { hasText: 'done' }).innerText();
        return JSON.parse(text.slice(5)) as Record<string, string>;
      };
      await page.goto(`${product.url}/runs/${made.id}`);
      const element = await page.locator('iframe.report').elementHandle();
      const embedded = await attempts((await element?.contentFrame()) as Frame);
      expect(page.url()).toBe(`${product.url}/runs/${made.id}`);
      await page.goto(`${product.url}/runs/${made.id}/report`);
      const lone = await page.locator('iframe.report').elementHandle();
      const alone = await attempts((await lone?.contentFrame()) as Frame);
      for (const said of [embedded, alone]) {
        expect(Object.entries(said).filter(([, answer]) => answer !== 'blocked')).toEqual([]);
        expect(Object.keys(said)).toHaveLength(14);
      }
      expect(
        context
          .pages()
          .map((each) => each.url())
          .filter((url) => url.includes('/runs/') && !url.includes(made.id)),
      ).toEqual([]);
    } finally {
      await browser.close();
    }
    const { items } = JSON.parse(await read(`${product.url}/api/v1/runs?script=hostile`)) as { items: unknown[] };
    expect(items).toHaveLength(1);
  });
});
