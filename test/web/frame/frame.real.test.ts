import type { Frame } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { MAX_CONTENTS } from '../../../src/domain/report/frame-message.ts';
import { foldReport, startReport } from '../../../src/domain/report/report-fold.ts';
import { documentText } from '../../render/document-text.ts';
import { testChromium } from '../../chromium.ts';
import { log } from '../../domain/event-log.ts';
import { cell, notebook } from '../../domain/notebook.ts';
import { OPTIONS } from '../../render/options.ts';
import { html, shown, START, useReader } from './reader.ts';

const chromiumPath = testChromium();
describe.skipIf(chromiumPath === undefined)('the report frame (needs chromium)', () => {
  const reader = useReader(chromiumPath);

  const { open, say, heard, change } = reader;

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
    reader.site.report = documentText(report, OPTIONS);
    await reader.page.goto(`${reader.site.url}/report`);
    const tidy = (text: string) => text.replace(/>\s+</g, '><');
    expect(tidy(live)).toBe(tidy(await reader.page.locator('#report').evaluate((element) => element.outerHTML)));
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
    reader.site.release("window.order.push('held')");
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

  it('makes a thousand cells lively piece by piece, and runs scripts and patches afterwards', async () => {
    const links = 1000;
    const many = Array.from({ length: links }, () => cell('markdown', '## Same'));
    const order = (text: string) =>
      html(
        `<script>(window.order ??= []).push(['${text}', document.querySelectorAll('.heading-link').length])</script>`,
      );
    const start = foldReport(
      startReport(notebook(cell('markdown', '# Title'), cell('code', 'work()'), ...many), {
        title: 'Many',
        showCode: false,
      }),
      log([
        { type: 'cell-started', cell: 1 },
        order('document'),
        { type: 'cell-finished', cell: 1, status: 'ok', ms: 1 },
      ]),
    );
    await reader.page.addInitScript(() => {
      const counts = ((globalThis as { counts?: Set<number> }).counts = new Set<number>());
      new MutationObserver(() => counts.add(document.querySelectorAll('.heading-link').length)).observe(document, {
        childList: true,
        subtree: true,
      });
    });
    const frame = await open(start);
    await change(start, order('patch'));
    await frame.waitForFunction(() => (globalThis as { order?: unknown[] }).order?.length === 2);
    const seen = await frame.evaluate(() => ({
      order: (globalThis as { order?: unknown }).order,
      counts: [...((globalThis as { counts?: Set<number> }).counts ?? [])],
      ids: new Set([...document.querySelectorAll('h2')].map(({ id }) => id)).size,
      buttons: document.querySelectorAll('.code-button').length,
    }));
    expect(seen.order).toEqual([
      ['document', links + 1],
      ['patch', links + 1],
    ]);
    expect(seen.counts.filter((count) => count > 0 && count <= links)).not.toEqual([]);
    expect(seen).toMatchObject({ ids: MAX_CONTENTS - 1, buttons: 1 });
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
    await frame.locator('.report-chart .main-svg').first().waitFor();
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
    await reader.page.emulateMedia({ colorScheme: 'dark' });
    const xarray =
      '<style>html[data-theme=dark] #label { color: rgb(255, 255, 255) } #label { color: rgb(0, 0, 0); background: var(--jp-layout-color0) }</style><p id="label">label</p>';
    const frame = await open(foldReport(START, log([html(xarray)], 2)));
    const colour = () => frame.locator('#label').evaluate((element) => getComputedStyle(element).color);
    expect(await colour()).toBe('rgb(255, 255, 255)');
    expect(await frame.locator('body').getAttribute('data-jp-theme-light')).toBe('false');
    expect(await frame.locator('#label').evaluate((element) => getComputedStyle(element).backgroundColor)).not.toBe(
      'rgba(0, 0, 0, 0)',
    );
    await reader.page.emulateMedia({ colorScheme: 'light' });
    await expect.poll(colour).toBe('rgb(0, 0, 0)');
    await say({ type: 'theme', theme: 'dark' });
    await expect.poll(colour).toBe('rgb(255, 255, 255)');
    await frame.evaluate(() => dispatchEvent(new Event('beforeprint')));
    expect(await colour()).toBe('rgb(0, 0, 0)');
    await frame.evaluate(() => dispatchEvent(new Event('afterprint')));
    expect(await colour()).toBe('rgb(255, 255, 255)');
  });

  it('wraps long texts in tables, keeps their alignment, and fits wide ones on paper', async () => {
    const cells = Array.from({ length: 10 }, (_, index) => `<td>column ${index}.25</td>`).join('');
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

  it('splits a table of forty columns on paper, and breaks no figure', async () => {
    const row = (tag: string, text: (column: number) => string) =>
      `<tr><th>r</th>${Array.from({ length: 40 }, (_, column) => `<${tag}>${text(column)}</${tag}>`).join('')}</tr>`;
    const table = (extra: string) =>
      html(`<table class="dataframe"><thead>${row('th', (column) => `column ${column}`)}</thead>
<tbody>${extra}${row('td', (column) => `-123456.${column}`)}</tbody></table>`);
    const frame = await open(
      foldReport(START, log([table(''), table('<tr><th>spans</th><td colspan="40">all</td></tr>')], 2)),
    );
    const cells = (at: number) =>
      frame
        .locator('.output')
        .nth(at)
        .locator('td')
        .evaluateAll((all) =>
          (all as HTMLElement[])
            .filter((one) => one.checkVisibility() && one.textContent !== 'all')
            .map((one) => {
              const range = document.createRange();
              range.selectNodeContents(one);
              return {
                text: one.textContent,
                right: one.getBoundingClientRect().right,
                lines: range.getClientRects().length,
              };
            }),
        );
    const before = await cells(0);
    await frame.evaluate(() => dispatchEvent(new Event('beforeprint')));
    for (const at of [0, 1]) {
      const printed = await cells(at);
      expect(printed.map(({ text }) => text)).toEqual(before.map(({ text }) => text));
      expect(Math.max(...printed.map(({ right }) => right))).toBeLessThan(690 + 24);
      expect(new Set(printed.map(({ lines }) => lines))).toEqual(new Set([1]));
    }
    await frame.evaluate(() => dispatchEvent(new Event('afterprint')));
    expect(await cells(0)).toEqual(before);
  });

  it('gives a hostile notebook nothing', async () => {
    const frame = await open(foldReport(START, log([html(HOSTILE)], 2)));
    await frame.waitForFunction(() => 'hostileDone' in globalThis);
    const loot = await frame.evaluate(() => (globalThis as unknown as { loot: Record<string, string> }).loot);
    expect(Object.keys(loot).length).toBeGreaterThan(12);
    for (const [attempt, result] of Object.entries(loot)) expect(result, attempt).toMatch(/^blocked/);
    expect(reader.page.url()).toBe(`${reader.site.url}/`);
    expect(reader.site.reached).toEqual([]);
  });

  it('would give it the cookie and the page without the policy', async () => {
    reader.site.sandboxed = false;
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
