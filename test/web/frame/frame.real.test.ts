import { chromium, type Browser, type Frame, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FromFrame, ToFrame } from '../../../src/domain/report/frame-message.ts';
import { foldReport, startReport } from '../../../src/domain/report/report-fold.ts';
import type { Report } from '../../../src/domain/report/report.ts';
import type { RunEvent } from '../../../src/domain/run/run-event.ts';
import { renderDocument } from '../../../src/render/document.ts';
import { renderPatches } from '../../../src/render/patch.ts';
import { testChromium } from '../../chromium.ts';
import { log } from '../../domain/event-log.ts';
import { cell, notebook } from '../../domain/notebook.ts';
import { OPTIONS } from '../../render/options.ts';
import { buildFrame } from './build.ts';
import { startSite, type ReportSite } from './site.ts';

const chromiumPath = testChromium();
const NOTEBOOK = notebook(
  cell('markdown', '# Title\n\n<p id="c1">a trap</p>'),
  cell('code', 'work()'),
  cell('markdown', 'The end.'),
);
const START = foldReport(
  startReport(NOTEBOOK, { title: 'Live', showCode: false }),
  log([{ type: 'cell-started', cell: 1 }]),
);

function shown(data: Record<string, string>): RunEvent {
  return { type: 'output-added', cell: 1, output: { type: 'display', data, metadata: {} } };
}

function html(source: string): RunEvent {
  return shown({ 'text/html': source });
}

describe.skipIf(chromiumPath === undefined)('the report frame (needs chromium)', () => {
  let browser: Browser;
  let site: ReportSite;
  let page: Page;

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: chromiumPath ?? '',
      // The pop-up blocker is on, as in a reader's browser.
      ignoreDefaultArgs: ['--disable-popup-blocking'],
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
    site = await startSite(await buildFrame());
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });
  beforeEach(async () => {
    page = await browser.newPage();
    site.reached.length = 0;
    site.sandboxed = true;
  });
  afterEach(() => page.close());

  async function open(report: Report): Promise<Frame> {
    site.report = renderDocument(report, OPTIONS);
    await page.goto(site.url);
    await page.waitForFunction(() =>
      (globalThis as unknown as { heard: FromFrame[] }).heard.some(({ type }) => type === 'ready'),
    );
    const frame = page.frames().find((each) => each.url().endsWith('/report'));
    if (frame === undefined) throw new Error('the report did not load');
    return frame;
  }

  const say = (message: ToFrame) =>
    page.evaluate((data) => (globalThis as unknown as { say(data: unknown): void }).say(data), message);
  const heard = () => page.evaluate(() => (globalThis as unknown as { heard: FromFrame[] }).heard);

  /** Sends the patches for these events and returns the report after them. */
  async function change(before: Report, ...events: readonly RunEvent[]): Promise<Report> {
    const after = foldReport(before, log(events, before.seq + 1));
    await say({ type: 'patches', patches: renderPatches(before, after, OPTIONS) });
    return after;
  }

  it('becomes, patch by patch, the document that a later reader gets', async () => {
    const frame = await open(START);
    let report = await change(
      START,
      { type: 'stream-appended', cell: 1, name: 'stdout', text: 'one' },
      shown({ 'text/plain': 'x' }),
    );
    report = await change(
      report,
      { type: 'outputs-cleared', cell: 1, wait: true },
      { type: 'stream-appended', cell: 1, name: 'stdout', text: 'two' },
    );
    report = await change(
      report,
      { type: 'cell-finished', cell: 1, status: 'ok', ms: 5 },
      { type: 'run-finished', outcome: { type: 'succeeded', message: 'All done.' } },
    );
    await frame.getByText('All done.').waitFor();
    await frame.getByText('The end.').waitFor();
    const live = await frame.locator('#report').evaluate((element) => element.outerHTML);
    site.report = renderDocument(report, OPTIONS);
    await page.goto(`${site.url}/report`);
    const tidy = (text: string) => text.replace(/>\s+</g, '><');
    expect(tidy(live)).toBe(tidy(await page.locator('#report').evaluate((element) => element.outerHTML)));
  });

  it('runs each script once and in order, the slow one too', async () => {
    const order = (frame: Frame) => frame.evaluate(() => (globalThis as unknown as { order?: string[] }).order ?? []);
    const note = (what: string) => `<script>(window.order ??= []).push('${what}')</script>`;
    const first = foldReport(
      START,
      log([html(`${note('early')}<script src="/assets/held.js"></script>${note('after held')}`)], 2),
    );
    const frame = await open(first);
    const second = await change(
      first,
      html(`<p>live</p>${note('live')}`),
      shown({ 'application/javascript': "element.dataset.seen = 'yes'; (window.order ??= []).push('jupyter')" }),
    );
    await frame.getByText('live', { exact: true }).waitFor();
    expect(await order(frame)).toEqual(['early']);
    site.release("window.order.push('held')");
    await frame.waitForFunction(() => (globalThis as unknown as { order: string[] }).order.length === 5);
    await change(second, { type: 'cell-finished', cell: 1, status: 'ok', ms: 1 });
    await frame.getByText('The end.').waitFor();
    expect(await order(frame)).toEqual(['early', 'held', 'after held', 'live', 'jupyter']);
    expect(await frame.locator('[data-seen=yes]').count()).toBe(1);
  });

  it('runs the scripts behind an inline module and behind one that browsers skip', async () => {
    const frame = await open(
      foldReport(
        START,
        log(
          [
            html('<script type="module">window.order = ["module"]</script>'),
            html('<script type="module">import "https://modules.example.org/x.js"</script>'),
            html('<script nomodule src="/assets/held.js"></script><script>order.push("after")</script>'),
          ],
          2,
        ),
      ),
    );
    await frame.waitForFunction(() => (globalThis as unknown as { order?: string[] }).order?.length === 2);
    expect(await frame.evaluate(() => (globalThis as unknown as { order: string[] }).order)).toEqual([
      'module',
      'after',
    ]);
    expect(await frame.locator('.failed').allTextContents()).toEqual([
      'A script that this output needs was not loaded.',
    ]);
  });

  it('says in its place that a script of an output stopped, once', async () => {
    const frame = await open(
      foldReport(
        START,
        log(
          [
            html('<p>one</p><script>bokehCharts.draw()</script><script>bokehCharts.draw()</script>'),
            html('<p>two</p><script src="https://scripts.example.org/a.js"></script><script>a()</script>'),
            shown({ 'application/javascript': 'throw new TypeError("no data")' }),
            html('<p>fine</p>'),
          ],
          2,
        ),
      ),
    );
    await expect
      .poll(() => frame.locator('.output > .failed').allTextContents())
      .toEqual([
        'A script of this output stopped: it needs “bokehCharts”, which this report does not have.',
        'A script that this output needs was not loaded from scripts.example.org.',
        'A script of this output stopped: TypeError: no data',
      ]);
  });

  it('says which output has failed later, in a timer or a promise, also in a module', async () => {
    const frame = await open(
      foldReport(
        START,
        log(
          [
            html('<script>setTimeout(() => laterCharts.draw(), 20)</script>'),
            html('<script>Promise.resolve().then(() => { throw new TypeError("no rows") })</script>'),
            html('<script type="module">setTimeout(() => { throw new RangeError("too far") }, 20)</script>'),
            html('<p>fine</p>'),
            html('<script>setTimeout(() => Promise.reject("why not"), 20)</script>'),
          ],
          2,
        ),
      ),
    );
    await expect
      .poll(() =>
        frame.locator('.output').evaluateAll((outputs) => outputs.map((one) => (one as HTMLElement).innerText)),
      )
      .toEqual([
        'A script of this output stopped: it needs “laterCharts”, which this report does not have.',
        'A script of this output stopped: TypeError: no rows',
        'A script of this output stopped: RangeError: too far',
        'fine',
        '',
      ]);
    await frame.locator('#report-blocked', { hasText: 'A script of an output stopped: why not' }).waitFor();
  });

  it('says in the place of a frame what is not shown there, and what a frame lacks', async () => {
    const inner = (body: string) =>
      `<iframe srcdoc="${body.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"></iframe>`;
    const encoded = Buffer.from('<p>Größe</p>').toString('base64');
    const frame = await open(
      foldReport(
        START,
        log(
          [
            html('<p>a</p><iframe src="https://pages.example.org/x?a=1&amp;b=2" height="500"></iframe><p>b</p>'),
            html('<iframe src="graph.html" height="500"></iframe>'),
            html(`<iframe src="data:text/html;base64,${encoded}"></iframe>`),
            html(inner('<div></div><script src="https://maps.example.org/map.js"></script><script>L.map()</script>')),
            html(inner(inner('<p>deep</p><iframe src="https://deep.example.org/"></iframe>'))),
            html(inner(inner('<script>setTimeout(() => deepCharts.draw(), 20)</script>'))),
            html(
              '<div id="made"></div><script>made.innerHTML = \'<iframe src="https://made.example.org/" height="300">\'</script>',
            ),
            html(
              '<script>document.currentScript.after(Object.assign(document.createElement("iframe"), { src: "data:text/html,x" }))</script>',
            ),
          ],
          2,
        ),
      ),
    );
    const embedded = 'Reports embed no pages of other servers.';
    await expect
      .poll(() =>
        frame
          .locator('.output')
          .evaluateAll((outputs) => outputs.map((one) => (one as HTMLElement).innerText.trim().replace(/\n+/g, '\n'))),
      )
      .toEqual([
        `a\nA page from pages.example.org belongs here. ${embedded} Open it\nb`,
        'The page graph.html belongs here. Reports embed no files; a notebook can output the page itself: HTML(filename=…).',
        '',
        'A script that this output needs was not loaded from maps.example.org.',
        '',
        'A script of this output stopped: it needs “deepCharts”, which this report does not have.',
        `A page from made.example.org belongs here. ${embedded}`,
        'A page belongs here that reports cannot embed.',
      ]);
    const text = (at: number) => frame.frameLocator(`.output >> nth=${at} >> iframe`);
    expect(await text(2).locator('p').innerText()).toBe('Größe');
    expect(await text(4).frameLocator('iframe').locator('body').innerText()).toContain('A page from deep.example.org');
    expect(await frame.locator('.output >> nth=0 >> a').getAttribute('href')).toBe(
      'https://pages.example.org/x?a=1&b=2',
    );
    expect((await frame.locator('.output').nth(3).boundingBox())?.height).toBeLessThan(60);
    expect((await frame.locator('.output').nth(0).boundingBox())?.height).toBeLessThan(200);
    await frame.locator('#report-blocked', { hasText: 'Something from maps.example.org was not loaded.' }).waitFor();
    expect(site.reached).toEqual([]);
  });

  it('says that a library for which an output waits does not come', async () => {
    const waiting = { 'application/javascript': 'window.waits = true', 'application/vnd.bokehjs_exec.v0+json': '' };
    const frame = await open(foldReport(START, log([shown(waiting)], 2)));
    await frame.locator('.output > .failed', { hasText: 'it needs “Bokeh”' }).waitFor();
    expect(await frame.evaluate(() => 'waits' in globalThis)).toBe(true);
  });

  it('tells its height, and takes theme and width from the page', async () => {
    const frame = await open(START);
    const height = async () =>
      (await heard()).flatMap((message) => (message.type === 'height' ? [message.px] : [])).at(-1) ?? 0;
    const before = await height();
    expect(before).toBeGreaterThan(50);
    await change(START, html('<div style="height:1000px">tall</div>'));
    await expect.poll(height).toBeGreaterThan(before + 900);
    await say({ type: 'theme', theme: 'dark' });
    await say({ type: 'wide', wide: true });
    await frame.locator('html[data-theme=dark][data-wide]').waitFor();
  });

  it('takes 5,000 outputs a few a frame, and hears the page in between', async () => {
    const frame = await open(START);
    await frame.evaluate(() => {
      const seen = globalThis as unknown as { counts: Set<number>; atTheme: number };
      const count = () => document.querySelectorAll('.output').length;
      seen.counts = new Set();
      const look = () => {
        seen.counts.add(count());
        requestAnimationFrame(look);
      };
      look();
      new MutationObserver(() => {
        seen.atTheme ??= count();
      }).observe(document.documentElement, { attributeFilter: ['data-theme'] });
    });
    const many = Array.from({ length: 5000 }, (_, index) =>
      html(`<table class="dataframe"><tr><td>${index}</td></tr></table>`),
    );
    await change(START, ...many);
    await say({ type: 'theme', theme: 'dark' });
    await frame.waitForFunction(() => document.querySelectorAll('.output').length === 5000);
    const { steps, atTheme } = await frame.evaluate(() => {
      const { counts, atTheme } = globalThis as unknown as { counts: Set<number>; atTheme: number };
      return { steps: counts.size, atTheme };
    });
    expect(steps).toBeGreaterThan(3);
    expect(atTheme).toBeLessThan(5000);
  });

  it('draws a plotly chart with our copy of the library, also where the output names a public server', async () => {
    const figure = { data: [{ type: 'bar', x: ['a'], y: [1] }], layout: { title: { text: 'Bars' } } };
    const frame = await open(START);
    await change(
      START,
      {
        type: 'output-added',
        cell: 1,
        output: { type: 'display', data: { 'application/vnd.plotly.v1+json': figure }, metadata: {} },
      },
      html(
        '<div id="hand"></div><script src="https://cdn.plot.ly/plotly-3.1.0.min.js"></script><script>Plotly.newPlot("hand", [{y: [1, 2]}])</script>',
      ),
    );
    await frame.locator('.plotly-chart .main-svg').first().waitFor();
    await frame.locator('#hand .main-svg').first().waitFor();
    expect((await heard()).filter(({ type }) => type === 'blocked')).toEqual([]);
  });

  it('says once what it did not load from elsewhere', async () => {
    const frame = await open(
      foldReport(
        START,
        log([html('<img src="https://pictures.example.org/a.png"><img src="https://pictures.example.org/b.png">')], 2),
      ),
    );
    await frame.getByText('pictures.example.org').waitFor();
    expect(await frame.locator('.blocked').allTextContents()).toEqual([
      'Something from pictures.example.org was not loaded. The setting report_hosts names the servers from which reports may load.',
    ]);
    await expect
      .poll(async () => (await heard()).filter(({ type }) => type === 'blocked'))
      .toEqual([{ type: 'blocked', host: 'pictures.example.org' }]);
  });

  it('names no setting for what none allows', async () => {
    const frame = await open(
      foldReport(
        START,
        log(
          [
            html(
              '<img src="http://plain.example.org/a.png"><script>fetch("https://api.example.org/").catch(() => {})</script>',
            ),
          ],
          2,
        ),
      ),
    );
    await frame.getByText('api.example.org').waitFor();
    expect((await frame.locator('.blocked').allTextContents()).sort()).toEqual(
      ['api', 'plain'].map(
        (name) =>
          `Something from ${name}.example.org was not loaded: reports send no requests, embed no pages of other servers, and load only over https.`,
      ),
    );
  });

  it('is dark by the reader’s system as by the button, and white on paper', async () => {
    await page.emulateMedia({ colorScheme: 'dark' });
    const xarray =
      '<style>html[data-theme=dark] #label { color: rgb(255, 255, 255) } #label { color: rgb(0, 0, 0); background: var(--jp-layout-color0) }</style><p id="label">label</p>';
    const frame = await open(foldReport(START, log([html(xarray)], 2)));
    const colour = () => frame.locator('#label').evaluate((element) => getComputedStyle(element).color);
    expect(await colour()).toBe('rgb(255, 255, 255)');
    expect(await frame.locator('body').getAttribute('data-jp-theme-light')).toBe('false');
    expect(await frame.locator('#label').evaluate((element) => getComputedStyle(element).backgroundColor)).not.toBe(
      'rgba(0, 0, 0, 0)',
    );
    await page.emulateMedia({ colorScheme: 'light' });
    await expect.poll(colour).toBe('rgb(0, 0, 0)');
    await say({ type: 'theme', theme: 'dark' });
    await expect.poll(colour).toBe('rgb(255, 255, 255)');
    await frame.evaluate(() => dispatchEvent(new Event('beforeprint')));
    expect(await colour()).toBe('rgb(0, 0, 0)');
    await frame.evaluate(() => dispatchEvent(new Event('afterprint')));
    expect(await colour()).toBe('rgb(255, 255, 255)');
  });

  it('wraps long texts in tables, keeps their alignment, and fits wide ones on paper', async () => {
    const cells = Array.from({ length: 14 }, (_, index) => `<td>column ${index}.25</td>`).join('');
    const frame = await open(
      foldReport(
        START,
        log(
          [
            html(`<table class="dataframe"><tr><td id="long">${'many words '.repeat(100)}the end</td></tr></table>`),
            html('<table><tr><td id="left" align="left">1</td><td id="right">2</td></tr></table>'),
            html(`<table id="wide" class="dataframe"><tr>${cells}</tr></table>`),
          ],
          2,
        ),
      ),
    );
    const long = frame.locator('#long');
    expect(await long.evaluate((element) => element.scrollWidth <= element.clientWidth)).toBe(true);
    expect((await long.boundingBox())?.height).toBeGreaterThan(100);
    for (const side of ['left', 'right'])
      expect(await frame.locator(`#${side}`).evaluate((element) => getComputedStyle(element).textAlign)).toContain(
        side,
      );
    const width = () => frame.locator('#wide').evaluate((element) => element.getBoundingClientRect().width);
    const onScreen = await width();
    expect(onScreen).toBeGreaterThan(900);
    await frame.evaluate(() => dispatchEvent(new Event('beforeprint')));
    expect(await width()).toBeLessThan(690);
    await frame.evaluate(() => dispatchEvent(new Event('afterprint')));
    expect(await width()).toBeCloseTo(onScreen);
  });

  it('gives a hostile notebook nothing', async () => {
    const frame = await open(foldReport(START, log([html(HOSTILE)], 2)));
    await frame.waitForFunction(() => 'hostileDone' in globalThis);
    const loot = await frame.evaluate(() => (globalThis as unknown as { loot: Record<string, string> }).loot);
    expect(Object.keys(loot).length).toBeGreaterThan(12);
    for (const [attempt, result] of Object.entries(loot)) expect(result, attempt).toMatch(/^blocked/);
    expect(page.url()).toBe(`${site.url}/`);
    expect(site.reached).toEqual([]);
  });

  it('would give it the cookie and the page without the policy', async () => {
    site.sandboxed = false;
    const frame = await open(
      foldReport(
        START,
        log([html('<script>window.loot = [document.cookie, parent.document.body.dataset.secret]</script>')], 2),
      ),
    );
    await frame.waitForFunction(() => 'loot' in globalThis);
    expect(await frame.evaluate(() => (globalThis as unknown as { loot: string[] }).loot)).toEqual([
      'session=secret',
      'of the page',
    ]);
  });
});

/** Tries everything that a report must not be able to do; a result that does not begin with `blocked` is a leak. */
const HOSTILE = `<a id="c1" name="report"></a></div></div></section></article><form id="post" action="/api/v1/runs" method="post" target="_blank"><input name="script" value="x"></form>
<img src="/api/image"><iframe src="/api/frame"></iframe><link rel="stylesheet" href="/api/style"><object data="/api/object"></object>
<iframe srcdoc="<script>location = '/api/inner-place'</script>"></iframe><iframe src="data:text/html,<script>fetch('/api/inner-fetch')</script>"></iframe>
<script>
(async () => {
  const loot = window.loot = {};
  const attempt = async (name, act) => {
    try { const got = await act(); loot[name] = got === undefined || got === null || got === '' || got === false ? 'blocked: nothing' : 'got ' + got; }
    catch (error) { loot[name] = 'blocked: ' + error.name; }
  };
  const later = (start) => new Promise((resolve, reject) => start(resolve, reject));
  await attempt('cookie', () => document.cookie);
  await attempt('set cookie', () => { document.cookie = 'a=b'; return document.cookie; });
  await attempt('localStorage', () => localStorage.getItem('key'));
  await attempt('sessionStorage', () => sessionStorage.length);
  await attempt('indexedDB', () => later((resolve, reject) => { const ask = indexedDB.open('x'); ask.onsuccess = () => resolve('opened'); ask.onerror = () => reject(ask.error); }));
  await attempt('caches', () => caches.open('x'));
  await attempt('service worker', () => navigator.serviceWorker.register('/assets/frame.js'));
  await attempt('parent document', () => parent.document.body.dataset.secret);
  await attempt('top document', () => top.document.cookie);
  await attempt('navigate top', () => { top.location = '/api/navigate'; });
  await attempt('frame element', () => window.frameElement && window.frameElement.ownerDocument.title);
  await attempt('fetch', () => fetch('/api/fetch').then((response) => response.text()));
  await attempt('fetch with cookies', () => fetch('/api/fetch', { credentials: 'include' }).then((response) => response.text()));
  await attempt('xhr', () => later((resolve, reject) => { const ask = new XMLHttpRequest(); ask.open('GET', '/api/xhr'); ask.onload = () => resolve(ask.responseText); ask.onerror = () => reject(new TypeError('xhr')); ask.send(); }));
  await attempt('event source', () => later((resolve, reject) => { const source = new EventSource('/api/events'); source.onopen = () => resolve('open'); source.onerror = () => { source.close(); reject(new TypeError('sse')); }; }));
  await attempt('web socket', () => later((resolve, reject) => { const socket = new WebSocket('ws://' + location.host + '/api/socket'); socket.onopen = () => resolve('open'); socket.onerror = () => reject(new TypeError('socket')); }));
  await attempt('beacon', () => { navigator.sendBeacon('/api/beacon', 'x'); });
  await attempt('form', () => { document.getElementById('post').submit(); });
  await attempt('frame', () => { document.body.append(Object.assign(document.createElement('iframe'), { src: '/api/frame-made' })); });
  await attempt('script', () => later((resolve, reject) => { const script = document.createElement('script'); script.src = '/api/script'; script.onload = () => resolve('ran'); script.onerror = () => reject(new TypeError('script')); document.head.append(script); }));
  await attempt('popup', () => window.open('/api/popup'));
  await attempt('alert', () => confirm('?'));
  await attempt('worker', () => later((resolve, reject) => { const worker = new Worker(URL.createObjectURL(new Blob(["fetch('" + location.origin + "/api/worker').then(() => postMessage('sent'), () => postMessage(''))"]))); worker.onmessage = ({ data }) => resolve(data); worker.onerror = () => reject(new TypeError('worker')); }));
  await attempt('message parent', () => { parent.postMessage({ type: 'run', script: 'x' }, '*'); });
  window.hostileDone = true;
})();
</script>`;
