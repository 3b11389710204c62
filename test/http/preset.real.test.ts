/** Presets in a real browser: with and without JavaScript. */
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testChromium } from '../chromium.ts';
import { violations } from './axe.ts';
import { openLiveSite, type LiveSite } from './live-site.ts';

const chromium = testChromium();
const CSV = { name: 'v.csv', mimeType: 'text/csv', buffer: Buffer.from('Region,rows,other\nsouth,8,1\nnorth,900,') };

describe.skipIf(chromium === undefined)('presets (needs chromium)', () => {
  let site: LiveSite;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    const inputs =
      'from typing import Literal\nregion: Literal["north", "south"] = "north"\nrows: int = 50\nstrict: bool = True\n' +
      'names: list[Literal["a", "b"]] = ["a"]\nkey: str = ""';
    site = await openLiveSite(
      {
        'sales.ipynb': ['# Sales', inputs, 'print(rows)'],
        'sales.params.json': ['{"key": {"format": "password"}, "rows": {"minimum": 1, "maximum": 100}}'],
      },
      chromium ?? '',
    );
    context = await site.browser.newContext({ bypassCSP: true });
    page = await context.newPage();
    await page.goto(`${site.url}s/sales`);
  });
  afterAll(async () => site.closeAll());

  const note = (text: string | RegExp) => page.locator('.presets-note').filter({ hasText: text }).waitFor();
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const open = async () => {
    if ((await page.locator('details.presets[open]').count()) === 0) await page.locator('.presets > summary').click();
  };

  test('are saved by the key Enter, used, replaced when asked, renamed, deleted and restored', async () => {
    await open();
    expect(await violations(page)).toEqual([]);
    await page.getByLabel('Rows', { exact: true }).last().fill('7');
    await page.getByLabel('Name', { exact: true }).fill('Month end');
    await page.keyboard.press('Enter');
    await note('Saved as “Month end”.');
    await open();
    await page.getByLabel('Name', { exact: true }).fill('Month end');
    await press('Save');
    await note('There is already a preset');
    await press('Replace it');
    await note('Replaced “Month end”.');
    await open();
    await page.locator('[name="_to"]').fill('Quarter end');
    await press('Rename');
    await note('Renamed to “Quarter end”.');
    expect(await violations(page)).toEqual([]);
    await page.goto(`${site.url}s/sales`);
    await open();
    await page.getByRole('link', { name: 'Quarter end' }).click();
    await note('These are the values of “Quarter end”.');
    expect(await page.locator('[name="rows"]').inputValue()).toBe('7');
    await open();
    await press('Delete');
    await note('Deleted “Quarter end”.');
    await press('Undo');
    await note('“Quarter end” is back.');
  });

  test('give a link with what differs from the defaults, without passwords', async () => {
    await page.goto(`${site.url}s/sales`);
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await open();
    await page.locator('[name="region"]').selectOption('south');
    await page.locator('input[name="strict"][type="checkbox"]').uncheck();
    await page.locator('[name="names"][value="b"]').check();
    await page.locator('[name="key"]').fill('hush');
    await page.getByText('Copy link with values').click();
    await page.locator('#toast.shown').waitFor();
    const link = await page.evaluate(() => navigator.clipboard.readText());
    expect(link).toBe(`${site.url}s/sales?region=south&strict=false&names=a&names=b`);
    await page.goto(link);
    expect(await page.locator('[name="names"][value="b"]').isChecked()).toBe(true);
  });

  test('take values from a row of a file, and name those that do not fit', async () => {
    await page.goto(`${site.url}s/sales?rows=5`);
    await open();
    await page.locator('[name="_file"]').setInputFiles(CSV);
    await page.locator('[name="_row"]').fill('2');
    await press('Fill');
    await note(/Filled from row 2 of 2 of v\.csv\..*Rows: Enter a whole number/s);
    expect(await page.locator('[name="rows"]').inputValue()).toBe('5');
  });

  test('offer the last values, and run with the key Enter where no name was typed', async () => {
    await page.goto(`${site.url}s/sales?rows=9`);
    await page.locator('[name="rows"]').press('Enter');
    await page.waitForURL(/\/runs\//);
    await page.goto(`${site.url}s/sales`);
    await open();
    await page.getByRole('link', { name: 'Your last values' }).click();
    await note('the values of your last run');
    expect(await page.locator('[name="rows"]').inputValue()).toBe('9');
  });

  test('work without JavaScript, and belong to one browser', async () => {
    const plain = await site.browser.newContext({ javaScriptEnabled: false });
    const other = await plain.newPage();
    await other.goto(`${site.url}s/sales`);
    await other.locator('.presets > summary').click();
    expect(await other.locator('.presets').innerText()).toContain('No presets yet.');
    await other.locator('[name="_file"]').setInputFiles(CSV);
    await other.getByRole('button', { name: 'Fill', exact: true }).click();
    expect(await other.locator('[name="rows"]').inputValue()).toBe('8');
    await other.locator('.presets > summary').click();
    await other.getByLabel('Name', { exact: true }).fill('Team');
    await other.getByLabel(/^Share/).check();
    await other.keyboard.press('Enter');
    await expect
      .poll(() => other.locator('.presets-note').innerText(), { timeout: 30_000 })
      .toContain('Saved as “Team”.');
    await plain.close();
    await page.goto(`${site.url}s/sales?_preset=shared/Team`);
    expect(await page.locator('[name="rows"]').inputValue()).toBe('8');
  });
});
