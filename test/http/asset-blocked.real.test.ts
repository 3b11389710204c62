/** A proxy that blocks the scripts of reports: the page says so, and says nothing if they are only late. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testChromium } from '../chromium.ts';
import { openLiveSite } from './live-site.ts';
import type { LiveSite } from './live-site.ts';

const chromium = testChromium();

describe.skipIf(chromium === undefined)('a report whose scripts do not come (needs chromium)', () => {
  let site: LiveSite;
  beforeAll(async () => {
    site = await openLiveSite(
      {
        'plain.ipynb': ['# Plain', 'print("printed")'],
        'endless.ipynb': [
          '# Endless',
          'from IPython.display import HTML\nHTML("<script>while (true) {}</script>")',
          'print("below")',
        ],
      },
      chromium ?? '',
    );
  });
  afterAll(async () => site.closeAll());

  test('is shown as it is, with a sentence that says what may be missing and whom to tell', async () => {
    const page = await site.browser.newPage();
    let [isRefused, asked] = [true, 0];
    await page.route(/\/assets\/frame-(?!message)/, async (route) => {
      asked += 1;
      await (isRefused ? route.fulfill({ status: 403 }) : route.continue());
    });
    await page.goto(`${site.url}s/plain`);
    await page.getByRole('button', { name: /^Run/ }).click();
    await page.locator('#run-bar').getByText('Done').waitFor();
    await page.getByText('The report’s own scripts did not load').waitFor();
    await page.reload();
    await page.frameLocator('iframe.report').getByText('printed', { exact: true }).waitFor();
    await page.getByText('The report’s own scripts did not load').waitFor();

    isRefused = false;
    await page.reload();
    await expect
      .poll(() => page.locator('iframe.report').evaluate((frame: HTMLElement) => frame.style.blockSize))
      .not.toBe('');
    expect(await page.locator('#run-silent').isVisible()).toBe(false);
    expect(asked).toBeGreaterThan(2);
  });

  test('is shown without the scripts of its outputs if one of them never ends', async () => {
    const page = await site.browser.newPage();
    await page.goto(`${site.url}s/endless`);
    await page.getByRole('button', { name: /^Run/ }).click();
    await page.locator('#run-bar').getByText('Done').waitFor();
    await page.getByText('A script of this report does not end').waitFor({ timeout: 55_000 });
    await page.frameLocator('iframe.report').getByText('below', { exact: true }).waitFor();
    await expect
      .poll(() => page.locator('iframe.report').evaluate((frame: HTMLElement) => frame.style.blockSize))
      .not.toBe('');
  }, 90_000);
});
