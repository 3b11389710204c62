/**
 * The form in a real browser: what it says of a wrong input, and the controls that need more than the browser gives.
 */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { testChromium } from '../chromium.ts';
import { violations } from './axe.ts';
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
        'grouped.params.json': [
          '{"limit": {"x-group": "Advanced", "x-group-folded": true, "minimum": 0}, "name": {"x-group": "Advanced"}}',
        ],
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
        'load.ipynb': [
          '# Load',
          'from pathlib import Path\norders: Path\nmore: list[Path] = []',
          'print(orders.name, len(orders.read_bytes()), sorted(path.name for path in more))',
        ],
        'load.params.json': [
          '{"orders": {"format": "file", "accept": ".csv"}, "more": {"format": "file", "multiple": true}}',
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

  const csv = { name: 'orders.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\n1,2\n') };
  const report = (text: string) => page.frameLocator('iframe.report').getByText(text).waitFor();
  const sent = (field: string) => page.locator(`[data-upload="${field}"] input[type="checkbox"]`);

  test('sends files at once, again after a lost connection, and runs when they have arrived', async () => {
    await page.close();
    page = await site.browser.newPage({ bypassCSP: true });
    await page.goto(`${site.url}s/load`);
    let lost = 0;
    await page.route('**/uploads/parts', (route) => (lost++ === 0 ? route.abort() : route.continue()));
    await page.setInputFiles('#field-orders', csv);
    await page.getByText('trying again').waitFor();
    await run();
    await report('orders.csv 8 []');
    await page.getByRole('button', { name: /^Run again/ }).waitFor();
    expect(await sent('orders').isChecked()).toBe(true);
    await page.evaluate(() => scrollTo(0, 0));
    expect(await violations(page)).toEqual([]);
    await page.getByRole('button', { name: /^Run again/ }).click();
    await report('orders.csv 8 []');
  });

  test('takes files that are dropped or pasted, refuses wrong ones, and lets them be cancelled', async () => {
    await page.goto(`${site.url}s/load`);
    await page.evaluate(() => {
      const data = new DataTransfer();
      for (const name of ['a.txt', 'b.txt']) data.items.add(new File(['text'], name));
      document
        .querySelector('[data-upload="more"]')
        ?.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
      const pasted = new DataTransfer();
      pasted.items.add(new File(['text'], 'c.txt'));
      document
        .querySelector('#field-more')
        ?.dispatchEvent(new ClipboardEvent('paste', { clipboardData: pasted, bubbles: true, cancelable: true }));
    });
    await sent('more').nth(2).waitFor();
    await page.setInputFiles('#field-orders', { ...csv, buffer: Buffer.from('%PDF-1.7') });
    await page.getByText('This file is not of an accepted type').waitFor();
    await page.setInputFiles('#field-orders', { ...csv, buffer: Buffer.alloc(0) });
    await page.getByText('This file is empty').waitFor();
    await page.route('**/uploads/parts', () => undefined);
    await page.setInputFiles('#field-orders', csv);
    await page.getByRole('button', { name: 'Cancel the upload: orders.csv' }).click();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('field-orders');
    await page.unrouteAll();
    await page.setInputFiles('#field-orders', csv);
    await run();
    await report("orders.csv 8 ['a.txt', 'b.txt', 'c.txt']");
  });

  test('takes files without JavaScript, and keeps them while an input is wrong', async () => {
    const context = await site.browser.newContext({ javaScriptEnabled: false });
    const plain = await context.newPage();
    await plain.goto(`${site.url}s/load`);
    await plain.setInputFiles('#field-orders', csv);
    await plain.setInputFiles('#field-more', { ...csv, buffer: Buffer.alloc(0) });
    await plain.getByRole('button', { name: /^Run/ }).click();
    await plain.getByText('This file is empty').waitFor();
    await plain.getByRole('button', { name: /^Run/ }).click();
    await plain.waitForURL(/\/runs\//);
    expect(await plain.locator('.upload-name').innerText()).toBe('orders.csv');
    await context.close();
  });

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
