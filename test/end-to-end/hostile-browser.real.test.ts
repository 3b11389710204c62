/** What scripts of a report try to do to the page around them and to the reader's browser, with the real server. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CHROMIUM_FLAGS, testChromium } from '../chromium.ts';
import { run, type ApiRun } from './client.ts';
import { startProduct, type Product } from './product.ts';
import { makeProject, notebook } from './project.ts';

const executablePath = testChromium();

/** A script of the report that holds the port to the page around, as `port`. */
const withPort = (source: string): string =>
  `<script>addEventListener('message', ({ ports: [port] }) => { if (port === undefined || window.had) return; window.had = true; ${source} }, true)</script>`;

/** The report announces this height once it has tried everything. */
const DONE_PX = 4321;
/** For this time it tries, as often as the page accepts messages. */
const SPAM = `
const began = Date.now();
const words = [null, 5, 'x', [], {}, { type: 'height', px: '1e9' }, { type: 'height', px: 1e308 }, { type: 'height', px: -1 }, { type: 'sheets', count: 1e9 },
  { type: 'sheets', count: '2' }, { type: 'sheets', count: 1 }, { type: 'blocked', host: 5 }, { type: 'blocked', host: {} }, { type: 'ready', seq: '0&x=1' }, { type: 'ready', seq: {} },
  { type: '__proto__' }, { type: 'key', key: 'nothing' }, { type: 'link', url: 'no address' }, { type: 'link', url: {} }, { type: 'save', name: 'x' }, { type: 'save', name: {}, bytes: 5 },
  { type: 'ready', seq: 0 }, { type: 'ready', seq: 0 }, { type: 'key', key: 'run' }, { type: 'key', key: 'print' }, { type: 'link', url: location.origin + '/' }, { type: 'link', url: 'javascript:alert(1)' },
  { type: 'save', name: 'x.exe', bytes: new ArrayBuffer(10) }];
const clock = setInterval(() => {
  for (const word of words) port.postMessage(word);
  window.open('/'); window.open('/', '_top');
  for (const where of ['_blank', '_top', '_parent']) { const link = document.createElement('a'); link.href = '/'; link.target = where; document.body.append(link); link.click(); link.remove(); }
  const saved = document.createElement('a'); saved.href = URL.createObjectURL(new Blob(['x'])); saved.download = 'x.exe'; saved.click();
  try { alert(1); print(); } catch {}
  if (Date.now() - began < 2500) return;
  clearInterval(clock);
  port.postMessage({ type: 'height', px: ${DONE_PX} });
}, 100);`;

const display = (html: string): string =>
  `from IPython.display import HTML, display\ndisplay(HTML(${JSON.stringify(html)}))`;
const tall = 'display:block;height:120px;background:silver';

describe.skipIf(executablePath === undefined)('a report in the browser (needs chromium)', () => {
  let elsewhere: Server;
  const hits: string[] = [];
  let project: ReturnType<typeof makeProject>;
  let product: Product;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  const runs: Record<string, ApiRun> = {};

  beforeAll(async () => {
    elsewhere = createServer((request, response) => {
      if (request.url !== '/favicon.ico') hits.push(request.url ?? '');
      response.end('elsewhere');
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    const other = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
    const scripts = {
      away: display(`<script>location.href = '${other}/script?what=was+read'</script>`),
      refresh: display(
        `<script>document.head.insertAdjacentHTML('beforeend', '<meta http-equiv="refresh" content="0;url=${other}/refresh">')</script>`,
      ),
      spam: display(withPort(SPAM)),
      flood: display(
        withPort('setTimeout(() => { for (let i = 0; i < 5000; i++) port.postMessage({ type: "height", px: i }); })'),
      ),
      thief: display('<input id="trap"><script>setInterval(() => trap.focus(), 20)</script>'),
      honest: `${display(
        [
          '<input id="own">',
          `<a id="link" href="${other}/link" style="${tall}">link</a>`,
          `<button id="window" style="${tall}" onclick="for (let i = 0; i < 3; i++) window.open('${other}/window')">window</button>`,
          `<a id="data" download="data.csv" href="data:text/csv;base64,${Buffer.from('a;ü\n').toString('base64')}" style="${tall}">data</a>`,
          `<button id="made" style="${tall}" onclick="const a = document.createElement('a'); a.href = window.URL.createObjectURL(new Blob(['made'])); a.download = 'made.txt'; a.dispatchEvent(new MouseEvent('click')); window.URL.revokeObjectURL(a.href)">made</button>`,
        ].join(''),
      )}\nimport script_runner\nscript_runner.download("1;2", "kept.csv")`,
    };
    project = makeProject(
      Object.fromEntries(
        Object.entries(scripts).map(([name, source]) => [
          `scripts/${name}.ipynb`,
          notebook('# parameters\nword: str = "x"', source),
        ]),
      ),
    );
    product = await startProduct(project.folder);
    for (const name of Object.keys(scripts)) runs[name] = await run(product.url, name);
    // Pop-ups are allowed, as a reader may do for this site: only our own protection is left.
    browser = await chromium.launch({
      executablePath: executablePath ?? '',
      args: CHROMIUM_FLAGS,
    });
  });
  afterAll(async () => {
    await browser?.close();
    await product?.close();
    project?.remove();
    elsewhere?.closeAllConnections();
    await new Promise((resolve) => elsewhere.close(resolve));
  });
  beforeEach(async () => {
    hits.length = 0;
    context = await browser.newContext({ viewport: { width: 1300, height: 900 } });
    page = await context.newPage();
    await page.addInitScript(() => {
      Object.assign(window, { printed: 0, violated: [] });
      if (window === top) window.print = () => void ((window as unknown as { printed: number }).printed += 1);
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) =>
        (window as unknown as { violated: string[] }).violated.push(effectiveDirective),
      );
    });
  });
  afterEach(async () => context.close());

  const urlOf = (name: string, rest = '') => `${product.url}/runs/${runs[name]?.id}${rest}`;
  const printed = () => page.evaluate(() => (window as unknown as { printed: number }).printed);
  const report = () => page.frameLocator('iframe.report');

  test.each(['away', 'refresh'])('%s leads no tab to another site, in the app or alone', async (name) => {
    for (const place of [
      urlOf(name),
      urlOf(name, '/report'),
      `${product.url}/api/v1/runs/${runs[name]?.id}/report`,
      urlOf(name, '/frame'),
    ]) {
      await page.goto(place);
      await page.waitForFunction(() => (window as unknown as { violated: string[] }).violated.includes('frame-src'));
      expect([hits, new URL(page.url()).origin]).toEqual([[], product.url]);
    }
  });

  test('leads none even where a browser does not say that it opens the document by itself', async () => {
    const answer = await fetch(urlOf('away', '/frame'));
    const body = await answer.text();
    const policy = answer.headers.get('content-security-policy') ?? '';
    await page.route(urlOf('away', '/frame'), (route, request) =>
      request.isNavigationRequest() && request.frame() === page.mainFrame()
        ? route.fulfill({ body, contentType: 'text/html', headers: { 'content-security-policy': policy } })
        : route.continue(),
    );
    await page.goto(urlOf('away', '/frame')).catch(() => undefined);
    await page.waitForURL(urlOf('away', '/report'));
    expect(hits).toEqual([]);
  });

  test('opens, saves, prints and runs nothing by itself, and nonsense throws nothing', async () => {
    const seen = { errors: [] as string[], pages: 0, downloads: 0, dialogs: 0, posts: 0, live: 0 };
    page.on('pageerror', ({ message }) => seen.errors.push(message));
    page.on('dialog', (dialog) => void dialog.dismiss().finally(() => (seen.dialogs += 1)));
    page.on('download', () => (seen.downloads += 1));
    context.on('page', () => (seen.pages += 1));
    page.on('request', (request) => {
      if (request.method() === 'POST') seen.posts += 1;
      if (request.url().includes('/live')) seen.live += 1;
    });
    await page.goto(urlOf('spam'));
    // not by `evaluate`, which counts as a click by the reader
    const devtools = await context.newCDPSession(page);
    const expression = 'document.querySelector("iframe.report").style.blockSize';
    const height = async () =>
      ((await devtools.send('Runtime.evaluate', { expression, userGesture: false })).result as { value?: unknown })
        .value;
    await expect.poll(height, { timeout: 20_000 }).toBe(`${DONE_PX + 2}px`);
    expect(seen).toEqual({
      errors: [],
      pages: 0,
      downloads: 0,
      dialogs: 0,
      posts: 0,
      live: expect.any(Number) as number,
    });
    expect(seen.live).toBeLessThan(5);
    expect([await printed(), page.url()]).toEqual([0, urlOf('spam')]);
  });

  test('that floods the page with messages is no longer listened to, and the page says so', async () => {
    await page.goto(urlOf('flood'));
    await page.getByText('the page now ignores them').waitFor();
    await page.locator('a.brand').click();
    await page.waitForURL(`${product.url}/`);
  });

  test('does not get what the reader types into the page around it', async () => {
    await page.goto(urlOf('thief'));
    await report().locator('#trap').waitFor();
    const field = page.locator('#inputs-form input[name=word]');
    await field.click();
    const closed = page.getByText('repeatedly took the keyboard');
    let typed = 0;
    for (; typed < 300 && !(await closed.isVisible()); typed += 1) await page.keyboard.type('x', { delay: 20 });
    await closed.waitFor();
    await page.keyboard.type('!');
    const kept = await field.inputValue();
    expect(kept).toMatch(/x!$/);
    expect(typed - kept.length).toBeLessThan(12);
  });

  test('gets what the reader types into the report', async () => {
    await page.goto(urlOf('honest'));
    await report().locator('#own').click();
    await page.keyboard.type('mine');
    expect(await report().locator('#own').inputValue()).toBe('mine');
  });

  test('opens one window for a click, and saves what the reader asks for', async () => {
    await page.goto(urlOf('honest'));
    const opened: Page[] = [];
    context.on('page', (each) => opened.push(each));
    const [first] = await Promise.all([context.waitForEvent('page'), report().locator('#link').click()]);
    await first.waitForLoadState();
    expect([hits, await first.evaluate(() => opener)]).toEqual([['/link'], null]);
    await page.bringToFront();
    // each click requests three windows; a click too soon after the last one opens none
    let clicks = 0;
    const click = async () => {
      await report().locator('#window').click();
      clicks += 1;
      return opened.length;
    };
    await expect.poll(click, { interval: 1_000, timeout: 20_000 }).toBeGreaterThan(1);
    const save = async (what: string) => {
      const [download] = await Promise.all([page.waitForEvent('download'), report().locator(what).click()]);
      const chunks: Buffer[] = [];
      for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
      return [download.suggestedFilename(), Buffer.concat(chunks).toString()];
    };
    expect(await save('#data')).toEqual(['data.csv', 'a;ü\n']);
    expect(await save('#made')).toEqual(['made.txt', 'made']);
    expect(await save('a[href$="kept.csv"]')).toEqual(['kept.csv', '1;2']);
    expect(opened.length).toBeLessThanOrEqual(1 + clicks);
  });

  test('passes the reader’s own keys on to the page', async () => {
    await page.goto(urlOf('honest'));
    await report().locator('#made').focus();
    await page.keyboard.press('Control+p', { delay: 60 });
    await expect.poll(printed).toBe(1);
    await report().locator('#made').focus();
    await page.keyboard.press('Control+Enter', { delay: 60 });
    await page.waitForURL(
      (url) => url.pathname.startsWith('/runs/') && !url.pathname.includes(runs['honest']?.id ?? ''),
    );
  });
});
