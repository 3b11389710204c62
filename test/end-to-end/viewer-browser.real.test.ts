/** What a viewer does most, in a real browser. */
import { chromium, type Browser, type BrowserContext, type Frame, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CHROMIUM_FLAGS, testChromium } from '../chromium.ts';
import { EXAMPLES, startProduct, type Product } from './product.ts';

const executablePath = testChromium();

describe.skipIf(executablePath === undefined)('a viewer, needs chromium', () => {
  let product: Product;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  beforeAll(async () => {
    [product, browser] = await Promise.all([
      startProduct(EXAMPLES),
      chromium.launch({
        executablePath: executablePath ?? '',
        args: CHROMIUM_FLAGS,
      }),
    ]);
  });
  beforeEach(async () => {
    context = await browser.newContext({ acceptDownloads: true, locale: 'en-GB', timezoneId: 'Europe/Berlin' });
    page = await context.newPage();
  });
  afterEach(async () => context.close());
  afterAll(async () => {
    await browser?.close();
    await product?.close();
  });

  const report = (): Promise<Frame> =>
    page
      .locator('iframe.report')
      .elementHandle()
      .then(async (element) => {
        const frame = await element?.contentFrame();
        if (frame == null) throw new Error('The page shows no report.');
        return frame;
      });

  test('has a kernel with the imports waiting while the page of the script is open', async () => {
    const metric = async (name: string) => {
      const line = (await (await fetch(`${product.url}/metrics`)).text())
        .split('\n')
        .find((each) => each.startsWith(name));
      return Number(line?.split(' ').at(-1));
    };
    const waiting = () => metric('script_runner_kernels_waiting{reason="page"}');
    const hits = () => metric('script_runner_kernels_expected_total{result="hit"}');
    expect([await waiting(), await hits()]).toEqual([0, 0]);
    await page.goto(`${product.url}/s/finance/loan-plan`);
    // its imports take a processor for seconds, and the start of the server others before them
    await expect.poll(waiting, { timeout: 120_000 }).toBe(1);
    const touched = page.waitForRequest(
      (request) => request.url().includes('/interest/') && (request.postData() ?? '').endsWith('state=touched'),
    );
    await page.locator('#inputs-form [name="amount"]').fill('300000');
    await touched;
    await page.getByRole('button', { name: /^Run/ }).click();
    await page.locator('#run-bar[data-status="succeeded"]').waitFor();
    expect(await hits()).toBe(1);
    await expect.poll(waiting, { timeout: 30_000 }).toBe(0);
  }, 180_000);

  test('opens a report from the catalogue, changes an input, runs it, keeps it and takes the CSV away', async () => {
    await page.goto(product.url);
    await page.getByRole('link', { name: 'Monthly sales' }).first().click();
    await expect(page.getByRole('heading', { level: 1 }).textContent()).resolves.toContain('Monthly sales');
    await page.getByLabel('Region').selectOption('South');
    await page.getByRole('button', { name: /^Run/ }).click();
    await page.waitForURL(/\/runs\/[a-z2-7]{26}/);
    const frame = await report();
    await frame.getByText(/South, \d+ \w+ \d{4} to/).waitFor();
    await page.locator('#run-bar[data-status="succeeded"]').waitFor();
    await frame.getByRole('img').first().waitFor();
    const words = await frame.locator('article#report').innerText();

    await page.reload();
    const again = await report();
    await again.getByText(/South, \d+ \w+ \d{4} to/).waitFor();
    expect(await again.locator('article#report').innerText()).toBe(words);

    await page.getByText('Download', { exact: true }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'monthly-sales.csv' }).click(),
    ]);
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
    const csv = Buffer.concat(chunks).toString('utf8');
    expect(csv.startsWith('\uFEFFmonth,orders,units,revenue,average,before,change\r\n')).toBe(true);
    const revenue = /€([\d,]+) from/.exec(words)?.[1]?.replaceAll(',', '');
    const sum = csv
      .trimEnd()
      .split('\r\n')
      .slice(1)
      .reduce((total, line) => total + Number(line.split(',')[3]), 0);
    expect(Math.round(sum)).toBe(Number(revenue));
  });

  test('sees outputs arrive while the notebook still works', async () => {
    await page.goto(`${product.url}/s/planning/demand-forecast`);
    await page.getByRole('button', { name: /^Run/ }).click();
    await page.waitForURL(/\/runs\//);
    const frame = await report();
    await frame.getByRole('heading', { name: 'Method' }).waitFor();
    await page
      .locator('#run-bar:is([data-status="starting"], [data-status="running"])')
      .getByText(/Tried \d+ of/)
      .waitFor();
    await frame.getByRole('heading', { name: /^Order [\d,]+ units/ }).waitFor();
    await page.locator('#run-bar[data-status="succeeded"]').waitFor();
  });

  test('is told in a sentence what was wrong with an input', async () => {
    await page.goto(`${product.url}/s/sales/monthly-sales?since=2026-02-01&until=2026-01-01`);
    await page.getByRole('button', { name: /^Run/ }).click();
    await page.locator('#run-bar[data-status="failed"]').waitFor();
    expect(await page.locator('.trouble').innerText()).toContain(
      'The first day, 1 February 2026, is after the last, 1 January 2026.',
    );
  });
});
