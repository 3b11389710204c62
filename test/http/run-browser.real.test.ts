/** A run in a real browser: find a script, change an input, press Run, watch the report, download a file. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testChromium } from '../chromium.ts';
import { openLiveSite } from './live-site.ts';
import type { LiveSite } from './live-site.ts';
import { openOtherSite, type OtherSite } from './other-site.ts';

const chromium = testChromium();
/** The gated notebook goes on when this file is there: tests decide how long a run takes. */
const gateFolder = mkdtempSync(join(tmpdir(), 'authentication-'));
const authentication = join(gateFolder, 'open');
const open = async () => writeFile(authentication, '');
const shut = async () => {
  if (existsSync(authentication)) await unlink(authentication);
};

describe.skipIf(chromium === undefined)('the main path (needs chromium)', () => {
  let site: LiveSite;
  let intranet: OtherSite;
  let page: Page;

  beforeAll(async () => {
    intranet = await openOtherSite();
    site = await openLiveSite(
      {
        'sales/gated.ipynb': [
          '# Gated sales\n\nWaits until it is let go.',
          'region: str = "EU"\nrows: int = 3',
          'print("first", region)',
          `import os, time\nwhile not os.path.exists(${JSON.stringify(authentication)}): time.sleep(0.02)`,
          'import script_runner, pandas\nscript_runner.download(pandas.DataFrame({"n": range(rows)}), "rows.csv")\nscript_runner.result("rows", rows)\nprint("last")',
        ],
        'sales/dated.ipynb': ['# Dated', 'from datetime import date\nsince: date = "month-start-1m"', 'print(since)'],
        'sales/table.ipynb': [
          '# Table',
          'rows: int = 3',
          'import pandas\nsales = pandas.DataFrame({"city": ["Rome", "Oslo", "Bonn"], "n": [10, 9, 100]})\nsales',
        ],
        'sales/long.ipynb': [
          '# Long table',
          'rows: int = 500',
          'import pandas\norders = pandas.DataFrame({"n": range(rows), "city": ["Rome", "Oslo"] * (rows // 2)})\norders',
        ],
        'sales/load.ipynb': [
          '# Load',
          'from pathlib import Path\norders: Path',
          'print(orders.name, len(orders.read_bytes()))',
        ],
        'sales/load.params.json': '{"orders": {"format": "file", "accept": ".csv"}}',
        'sales/failing.ipynb': ['# Failing', 'region: str = "EU"', 'raise ValueError("there is no region " + region)'],
      },
      chromium ?? '',
      { writable_folders: gateFolder, embed_origins: intranet.origin },
    );
    page = await site.browser.newPage();
  });
  afterAll(async () => {
    await site.closeAll();
    await intranet.close();
    rmSync(gateFolder, { recursive: true });
  });

  const frame = () => page.frameLocator('iframe.report');
  const printed = (text: string, on: Page = page) =>
    on.frameLocator('iframe.report').locator('.output-stream', { hasText: text });

  test('leads from the search to a kept report with its download', async () => {
    await shut();
    await page.goto(site.url);
    await page.keyboard.press('/');
    await page.keyboard.type('gat');
    await expect.poll(async () => page.locator('.row:visible').count()).toBe(1);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/s/sales/gated');
    await page.evaluate(() => {
      Object.assign(window, { stayed: true });
    });
    await page.fill('#field-region', 'US');
    await page.fill('#field-rows', '2');
    await page.keyboard.press('Control+Enter');
    await page.waitForURL('**/runs/*');

    await printed('first US').waitFor();
    expect(await page.evaluate(() => 'stayed' in window)).toBe(true);
    // The bar and the frame receive the same events at different times.
    await expect.poll(() => page.locator('#run-bar').innerText()).toContain('Running');
    expect(await page.title()).toMatch(/^\d+ % · Gated sales/);
    expect(await page.locator('#field-region').isDisabled()).toBe(true);

    await open();
    await printed('last').waitFor();
    await page.locator('#run-bar').getByText('Done').waitFor();
    expect(await page.title()).toMatch(/^Gated sales/);
    expect(await page.locator('.results').innerText()).toContain('2');
    expect(await page.locator('#field-region').isDisabled()).toBe(false);

    await page.locator('summary', { hasText: 'Download' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.locator('.menu a', { hasText: 'rows.csv' }).click(),
    ]);
    expect(await readFile(await download.path(), 'utf8')).toContain('n');

    await page.getByRole('button', { name: 'Keep' }).click();
    await page.locator('#run-retention', { hasText: 'Kept until someone deletes it.' }).waitFor();
    expect(await page.evaluate(() => 'stayed' in window)).toBe(true);

    await page.reload();
    await printed('last').waitFor();
    await page.goBack();
    await page.waitForURL('**/s/sales/gated');
    await page.locator('#run-bar', { hasText: 'Report of' }).waitFor();
  });

  test('shows the frame as high as its report', async () => {
    const inner = await frame()
      .locator('html')
      .evaluate((element) => element.getBoundingClientRect().height);
    const outer = (await page.locator('iframe.report').boundingBox())?.height ?? 0;
    expect(Math.abs(outer - inner)).toBeLessThan(8);
  });

  test('downloads a table in full, and sorts and filters it on demand', async () => {
    await page.goto(`${site.url}s/sales/table`);
    await page.click('#inputs-form .primary');
    const rows = frame().locator('table.dataframe tbody tr:visible');
    const summary = frame().locator('.table-menu summary');
    await summary.waitFor({ state: 'attached' });
    await frame().locator('table.dataframe').hover();
    await summary.focus();
    await page.keyboard.press('Enter');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      frame().getByRole('link', { name: 'Download sales as CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('sales.csv');
    expect(await readFile(await download.path(), 'utf8')).toBe('\ufeffcity,n\r\nRome,10\r\nOslo,9\r\nBonn,100\r\n');

    const find = frame().getByRole('button', { name: 'Sort and filter' });
    await find.click();
    await frame().getByRole('button', { name: 'n', exact: true }).click();
    expect(await rows.allInnerTexts()).toEqual(['1\tOslo\t9', '0\tRome\t10', '2\tBonn\t100']);
    await frame().getByLabel('Filter n').fill('> 9');
    await expect.poll(() => rows.allInnerTexts()).toEqual(['0\tRome\t10', '2\tBonn\t100']);
    expect(await frame().locator('.table-status').innerText()).toBe('2 of the 3 rows shown here');
    await find.click();
    expect(await rows.allInnerTexts()).toEqual(['0\tRome\t10', '1\tOslo\t9', '2\tBonn\t100']);
    expect(await frame().locator('table.dataframe :is(input, button)').count()).toBe(0);
  });

  test('pages through all rows of a table, sorted and filtered, with the keyboard', async () => {
    await page.goto(`${site.url}s/sales/long`);
    await page.click('#inputs-form .primary');
    const all = frame().getByRole('button', { name: 'All 500 rows' });
    await all.waitFor({ state: 'attached' });
    await all.focus();
    await page.keyboard.press('Enter');
    const status = frame().locator('.table-pages [role="status"]');
    const first = () => frame().locator('.table-pages tbody tr').first().innerText();
    await expect.poll(() => status.innerText()).toBe('Rows 1 to 50 of 500');
    await frame().getByRole('button', { name: 'Last rows' }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => status.innerText()).toBe('Rows 451 to 500 of 500');
    await frame().getByRole('button', { name: 'n', exact: true }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(first).toBe('0\tRome');
    await page.keyboard.press('Enter');
    await expect.poll(first).toBe('499\tOslo');
    expect(await frame().locator('[aria-sort="descending"]').innerText()).toBe('n');
    await frame().getByLabel('Filter city').fill('rom');
    await expect.poll(() => status.innerText()).toBe('Rows 1 to 50 of 250 that fit, of 500');
    expect(await first()).toBe('498\tRome');
    expect(await frame().getByText('500 rows × 2 columns').isVisible()).toBe(false);

    await all.click();
    expect(await frame().getByText('500 rows × 2 columns').isVisible()).toBe(true);
    expect(await frame().locator('.table-pages').count()).toBe(0);

    const refuse = async (status: number, detail: string) => {
      await page.unrouteAll();
      await page.route(/\/rows\?/, (route) =>
        route.fulfill({ status, contentType: 'application/problem+json', body: JSON.stringify({ detail }) }),
      );
    };
    const again = frame().getByRole('button', { name: 'Try again' });
    await refuse(400, 'This table cannot be shown: it is too large to be shown here; download it.');
    await all.click();
    await status.getByText('it is too large to be shown here; download it').waitFor();
    expect(await again.isVisible()).toBe(false);
    expect(await frame().getByText('500 rows × 2 columns').isVisible()).toBe(true);
    await all.click();
    await refuse(503, 'The table takes too long or too much memory to show. Download it instead.');
    await all.click();
    await status.getByText('The table takes too long or too much memory to show.').waitFor();
    await page.unrouteAll();
    await again.click();
    await expect.poll(() => status.innerText()).toBe('Rows 1 to 50 of 500');
  });

  test('says a wrong value beside its field, which gets the focus', async () => {
    await page.goto(`${site.url}s/sales/gated`);
    await page.fill('#field-rows', 'many');
    await page.click('#inputs-form .primary');
    await page.locator('#field-rows-error').waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('field-rows');
    expect(await page.inputValue('#field-rows')).toBe('many');
  });

  test('says what a relative date means now, also while it is typed', async () => {
    await page.goto(`${site.url}s/sales/dated`);
    const shown = page.locator('#field-since-preview');
    expect(await shown.innerText()).toMatch(/^First day of last month: \S+ 1, \d{4}$/);
    await page.fill('#field-since', 'nonsense');
    await expect.poll(() => shown.isVisible()).toBe(false);
    await page.fill('#field-since', '-7d');
    await expect.poll(() => shown.innerText()).toMatch(/^7 days ago: \S+ \d+, \d{4}$/);
  });

  test('is resumed after a lost connection, with nothing twice', async () => {
    await shut();
    const context = await site.browser.newContext();
    const other = await context.newPage();
    await other.goto(`${site.url}s/sales/gated`);
    let lost = false;
    await other.route('**/live?*', (route) => (lost ? route.abort() : route.continue()));
    await other.click('#inputs-form .primary');
    await printed('first EU', other).waitFor();
    await context.setOffline(true);
    lost = true;
    await other.evaluate(() => {
      dispatchEvent(new Event('offline'));
    });
    await context.setOffline(false);
    await open();
    lost = false;
    await printed('last', other).waitFor();
    await other.locator('#run-bar').getByText('Done').waitFor();
    expect(await printed('first EU', other).count()).toBe(1);
    expect(await other.locator('.reconnecting').isVisible()).toBe(false);
    await context.close();
  });

  test('shows everything though its frame is ready only after the run has ended', async () => {
    await shut();
    const context = await site.browser.newContext();
    const other = await context.newPage();
    const held = Promise.withResolvers<void>();
    await other.route('**/assets/*.js', async (route) => {
      if (route.request().frame() !== other.mainFrame()) await held.promise;
      await route.continue();
    });
    await other.goto(`${site.url}s/sales/gated`, { waitUntil: 'domcontentloaded' });
    await other.locator('#inputs-form .primary').click();
    await other.waitForURL('**/runs/*', { waitUntil: 'commit' });
    await other.locator('#run-bar[data-status="running"]').waitFor();
    await open();
    await other.locator('#run-bar').getByText('Done').waitFor();
    held.resolve();
    await printed('last', other).waitFor();
    expect(await printed('first EU', other).count()).toBe(1);
    await context.close();
  });

  test('works without JavaScript', async () => {
    await open();
    const context = await site.browser.newContext({ javaScriptEnabled: false });
    const plain = await context.newPage();
    await plain.goto(`${site.url}?q=gated`);
    await plain.click('.row-title');
    await plain.fill('#field-region', 'MARS');
    await plain.click('#inputs-form .primary');
    await plain.waitForURL('**/runs/*');
    await plain.locator('#run-bar').getByText('Done').waitFor();
    await printed('first MARS', plain).waitFor();
    await context.close();
  });

  test('says in a sentence why a report failed, and runs it again with another value', async () => {
    await page.goto(`${site.url}s/sales/failing`);
    await page.click('#inputs-form .primary');
    await page.locator('.trouble-title', { hasText: 'there is no region EU' }).waitFor();
    await page.fill('#field-region', 'US');
    await page.click('#inputs-form .primary');
    await page.locator('.trouble-title', { hasText: 'there is no region US' }).waitFor();
  });

  test('shows the operator what runs, after the sign-in link', async () => {
    await shut();
    const context = await site.browser.newContext();
    const admin = await context.newPage();
    await admin.goto(`${site.url}s/sales/gated`);
    await admin.click('#inputs-form .primary');
    await admin.waitForURL('**/runs/*');
    await admin.goto(site.signInUrl);
    await admin.waitForURL('**/admin');
    await admin.getByRole('button', { name: 'Cancel Gated sales' }).click();
    await admin.getByText('Nothing is running or waiting.').waitFor();
    await context.close();
  });

  test('a page of a named site shows the report of a link as high as it is; other sites and pages are refused', async () => {
    const api = async (path: string, body: object) => {
      const authorization = `Bearer ${new URL(site.signInUrl).searchParams.get('token') ?? ''}`;
      const headers = { 'content-type': 'application/json', prefer: 'wait=60', authorization };
      const answer = await fetch(`${site.url}api/v1/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
      return (await answer.json()) as { id: string; url: string };
    };
    const { id } = await api('runs', { script: 'sales/table' });
    const { url } = await api(`runs/${id}/links`, {});
    const tab = await site.browser.newPage({ viewport: { width: 390, height: 600 } });
    const shown = tab.frameLocator('iframe').frameLocator('iframe.report');
    const frame = tab.locator('iframe');
    const script = (link: string) =>
      `<script src="${site.url}embed.js" data-link="${link}" data-theme="dark" data-title="Sales" async></script>`;
    intranet.show(script(url));
    await tab.goto(intranet.origin);
    await shown.locator('html[data-theme="dark"]').waitFor();
    await shown.getByRole('cell', { name: 'Oslo' }).waitFor();
    expect(await frame.getAttribute('title')).toBe('Sales');
    const overflow = async () => shown.locator('html').evaluate((html) => html.scrollHeight - html.clientHeight);
    await expect.poll(async () => frame.evaluate((each) => each.style.height), { timeout: 30_000 }).not.toBe('400px');
    await expect.poll(overflow, { timeout: 30_000 }).toBe(0);
    // it follows what grows in it
    const height = async () => (await frame.boundingBox())?.height ?? 0;
    const before = await height();
    await shown.locator('#report').evaluate((report) => {
      report.append(Object.assign(report.ownerDocument.createElement('div'), { style: 'height: 700px' }));
    });
    await expect.poll(height, { timeout: 30_000 }).toBeGreaterThan(before + 690);
    await expect.poll(overflow, { timeout: 30_000 }).toBe(0);
    // only the frame's own messages count
    const tall = await height();
    await tab.evaluate(async () => {
      window.postMessage({ type: 'script-runner-height', px: 9_000 }, '*');
      await new Promise((resolve) => setTimeout(resolve));
    });
    expect(await height()).toBe(tall);

    const blocked = async () => tab.frames()[1]?.url();
    await tab.goto(intranet.origin.replace('127.0.0.1', 'localhost'));
    await frame.scrollIntoViewIfNeeded();
    await expect.poll(blocked, { timeout: 30_000 }).toBe('chrome-error://chromewebdata/');
    for (const address of [url, site.url, `${site.url}runs/${id}`, `${site.url}s/sales/table?embed=1`]) {
      intranet.show(`<iframe src="${address}"></iframe>`);
      await tab.goto(intranet.origin);
      await expect.poll(blocked, { timeout: 30_000 }).toBe('chrome-error://chromewebdata/');
    }
    for (const other of [site.url, 'https://elsewhere.example/l/x', 'javascript:alert(1)', '']) {
      intranet.show(script(other));
      const [said] = await Promise.all([tab.waitForEvent('console'), tab.goto(intranet.origin)]);
      expect([said.text(), await frame.count()]).toEqual([expect.stringContaining('data-link must be'), 0]);
    }
    await tab.close();
  });

  describe('a form in a page of another site', () => {
    const embedded = (script: string, more = '') =>
      intranet.show(`<script src="${site.url}embed.js" data-script="${script}" ${more} async></script>`);
    const inner = (tab: Page) => tab.frameLocator('iframe');
    const inReport = (tab: Page) => inner(tab).frameLocator('iframe.report');
    const pathIn = (tab: Page) => new URL(tab.frames()[1]?.url() ?? '').pathname;
    const press = async (tab: Page) => inner(tab).getByRole('button', { name: /^Run/ }).click();
    const runOf = async (id: string) => {
      const authorization = `Bearer ${new URL(site.signInUrl).searchParams.get('token') ?? ''}`;
      const answer = await fetch(`${site.url}api/v1/runs/${id}`, { headers: { authorization } });
      return (await answer.json()) as { by: string; parameters: object };
    };

    test('runs a script as nobody, though the operator has signed in, and is as high as what it shows', async () => {
      const context = await site.browser.newContext({ viewport: { width: 390, height: 600 } });
      const tab = await context.newPage();
      await tab.goto(site.signInUrl);
      await tab.waitForURL('**/admin');
      await tab.goto(`${site.url}s/sales/table`);
      await tab.click('#inputs-form .primary');
      await tab.waitForURL('**/runs/*');
      const ofOperator = new URL(tab.url()).pathname;

      embedded('sales/table?rows=5', 'data-theme="dark"');
      await tab.goto(intranet.origin);
      await inner(tab).locator('html[data-theme="dark"]').waitFor();
      expect(await inner(tab).getByLabel('Rows').inputValue()).toBe('5');
      await expect
        .poll(async () => tab.locator('iframe').getAttribute('title'), { timeout: 30_000 })
        .toBe('Table · Script Runner');
      await press(tab);
      await inReport(tab).getByRole('cell', { name: 'Oslo' }).waitFor();
      await inner(tab).getByText('Done', { exact: true }).waitFor();
      await inReport(tab).locator('html[data-theme="dark"]').waitFor();
      await inReport(tab).getByRole('heading', { name: 'Table' }).waitFor();
      const overflow = async () =>
        inner(tab)
          .locator('html')
          .evaluate((html) => html.scrollHeight - html.clientHeight);
      await expect.poll(overflow, { timeout: 30_000 }).toBe(0);
      expect((await tab.locator('iframe').boundingBox())?.height).toBeGreaterThan(410);

      expect(pathIn(tab)).toMatch(/^\/embed\/dark\/runs\/[^/]+$/);
      expect(await runOf(pathIn(tab).split('/').at(-1) ?? '')).toMatchObject({ by: 'viewer', parameters: { rows: 5 } });
      expect(await inner(tab).locator('.top, .actions form, [href*="/admin"], [href*="/runs?"]').count()).toBe(0);
      const file = inner(tab).locator('#run-actions a[download]').first();
      expect(await file.getAttribute('href')).toMatch(/^\/embed\/dark\//);
      await inReport(tab).locator('.table-menu summary').focus();
      await tab.keyboard.press('Enter');
      const [download] = await Promise.all([
        tab.waitForEvent('download'),
        inReport(tab).getByRole('link', { name: 'Download sales as CSV' }).click(),
      ]);
      expect(new URL(download.url()).pathname).toMatch(/^\/embed\/dark\/api\/v1\/runs\//);
      expect(await readFile(await download.path(), 'utf8')).toContain('Oslo');

      intranet.show(`<iframe src="${site.url}embed/auto${ofOperator}"></iframe>`);
      await tab.goto(intranet.origin);
      await inner(tab).getByText('There is no such report.').waitFor();
      embedded('sales/gone');
      await tab.goto(intranet.origin);
      const link = inner(tab).getByRole('link', { name: 'Open it in a new tab' });
      expect(await link.getAttribute('href')).toBe('/s/sales/gone');
      await tab.goto(intranet.origin.replace('127.0.0.1', 'localhost'));
      await tab.locator('iframe').scrollIntoViewIfNeeded();
      await expect.poll(() => tab.frames()[1]?.url(), { timeout: 30_000 }).toBe('chrome-error://chromewebdata/');
      embedded('../../../runs');
      const [said] = await Promise.all([tab.waitForEvent('console'), tab.goto(intranet.origin)]);
      expect([said.text(), await tab.locator('iframe').count()]).toEqual([expect.stringContaining('data-script'), 0]);
      await context.close();
    });

    test('takes files, follows a run and cancels it', async () => {
      const tab = await site.browser.newPage();
      embedded('sales/load');
      await tab.goto(intranet.origin);
      await inner(tab)
        .locator('#field-orders')
        .setInputFiles({ name: 'orders.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\n1,2\n') });
      await inner(tab).locator('[data-upload="orders"] input[type="checkbox"]').waitFor();
      await press(tab);
      await inReport(tab).getByText('orders.csv 8').waitFor();

      await shut();
      embedded('sales/gated');
      await tab.goto(intranet.origin);
      await press(tab);
      await inReport(tab).getByText('first EU').waitFor();
      await inner(tab).getByRole('button', { name: 'Cancel' }).click();
      await inner(tab).getByText('Cancelled').first().waitFor();
      await tab.close();
    });

    test('works without JavaScript', async () => {
      const context = await site.browser.newContext({ javaScriptEnabled: false });
      const tab = await context.newPage();
      intranet.show(`<iframe src="${site.url}embed/light/s/sales/table?rows=7" width="900" height="700"></iframe>`);
      await tab.goto(intranet.origin);
      await press(tab);
      await inner(tab).getByText('Done', { exact: true }).waitFor();
      await inReport(tab).getByRole('cell', { name: 'Oslo' }).waitFor();
      expect(pathIn(tab)).toMatch(/^\/embed\/light\/runs\//);
      await context.close();
    });
  });
});
