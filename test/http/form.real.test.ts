/** The form in a real browser: what it says of a wrong input, and the controls that need more than the browser gives. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { testChromium } from '../chromium.ts';
import { openLiveSite } from './live-site.ts';
import type { LiveSite } from './live-site.ts';

const chromium = testChromium();

describe.skipIf(chromium === undefined)('the form (needs chromium)', () => {
  let site: LiveSite;
  let page: Page;

  beforeAll(async () => {
    site = await openLiveSite({
      'grouped.ipynb': ['# Grouped', 'rows = 5\nlimit = 1\nname = "x"', 'print(rows)'],
      'grouped.params.json': ['{"limit": {"x-group": "Advanced", "minimum": 0}, "name": {"x-group": "Advanced"}}'],
    }, chromium ?? '');
  });
  beforeEach(async () => {
    page = await site.browser.newPage();
  });
  afterEach(async () => page.close());
  afterAll(async () => site.closeAll());

  const run = () => page.getByRole('button', { name: /^Run/ }).click();

  test('unfolds the group of a wrong input and puts the focus there', async () => {
    await page.goto(`${site.url}s/grouped`);
    await page.getByText('Advanced').click();
    await page.fill('#field-limit', '-1');
    await page.getByText('Advanced').click();
    await run();
    await page.getByText('Enter a whole number of at least 0.').waitFor();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('field-limit');
  });
});
