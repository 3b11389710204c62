/**
 * The form in a real browser: what it says of a wrong input, and the controls that need more than the browser gives.
 */
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
    site = await openLiveSite(
      {
        'grouped.ipynb': ['# Grouped', 'rows = 5\nlimit = 1\nname = "x"', 'print(rows)'],
        'grouped.params.json': ['{"limit": {"x-group": "Advanced", "minimum": 0}, "name": {"x-group": "Advanced"}}'],
        'kinds.ipynb': [
          '# Kinds',
          'from datetime import datetime\nmoment: datetime = datetime(2026, 1, 31, 9, 30)\nshare = 0.5\ncity = "Rome"\nnames: list[str] = ["Ana"]',
          'print(moment, share, city, names)',
        ],
        'regions.ipynb': [
          '# Regions',
          'from enum import Enum\nclass Region(Enum):\n  NORTH = "The north"\n  SOUTH = "The south"\nregion = Region.NORTH',
          'print(repr(region))',
        ],
        'kinds.params.json': ['{"share": {"minimum": 0, "maximum": 1}, "city": {"examples": ["Rome", "Turin"]}}'],
      },
      chromium ?? '',
    );
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

  test('hands the chosen member of an enumeration to the notebook', async () => {
    await page.goto(`${site.url}s/regions`);
    await page.getByLabel('Region').selectOption('The south');
    await run();
    await page.frameLocator('iframe.report').getByText("<Region.SOUTH: 'The south'>").waitFor();
  });

  test('takes moments from the picker, decimal commas, values of its own beside the offered, several lines', async () => {
    await page.goto(`${site.url}s/kinds`);
    expect(await page.inputValue('#field-moment')).toBe('2026-01-31 09:30');
    await page.locator('.date-native').evaluate((picker: HTMLInputElement) => {
      picker.value = '2026-02-01T10:45';
      picker.dispatchEvent(new Event('change', { bubbles: true }));
    });
    expect(await page.inputValue('#field-moment')).toBe('2026-02-01 10:45');
    await page.fill('#field-share', '0,25');
    expect(await page.locator('input[type="range"]').inputValue()).toBe('0.25');
    expect(
      await page
        .locator('#field-city-suggestions option')
        .evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).value)),
    ).toEqual(['Rome', 'Turin']);
    await page.fill('#field-city', 'Bari');
    await page.fill('#field-names', 'Bo\nCarl');
    await run();
    await page.frameLocator('iframe.report').getByText("2026-02-01 10:45:00 0.25 Bari ['Bo', 'Carl']").waitFor();
  });
});
