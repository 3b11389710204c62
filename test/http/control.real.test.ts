/** All controls of a form in a real browser and with a real kernel: by mouse and keyboard, and without JavaScript. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { testChromium } from '../chromium.ts';
import { programsIn } from '../program.ts';
import { violations } from './axe.ts';
import { openLiveSite } from './live-site.ts';
import type { LiveSite } from './live-site.ts';

const chromium = testChromium();
const program = programsIn(import.meta.dirname);
const schema = readFileSync(join(import.meta.dirname, 'program/controls.params.json'), 'utf8');

describe.skipIf(chromium === undefined)('the controls (needs chromium)', () => {
  let site: LiveSite;
  let page: Page;

  beforeAll(async () => {
    site = await openLiveSite(
      {
        'every.ipynb': ['# Every control', program('controls'), program('controls-shown')],
        'every.params.json': schema,
      },
      chromium ?? '',
    );
  });
  beforeEach(async () => {
    const context = await site.browser.newContext({ bypassCSP: true, timezoneId: 'Asia/Tokyo' });
    page = await context.newPage();
  });
  afterEach(async () => page.context().close());
  afterAll(async () => site.closeAll());

  const run = () => page.getByRole('button', { name: /^Run/ }).click();
  const report = (text: string) => page.frameLocator('iframe.report').getByText(text).waitFor();

  test('hold what is chosen, and the notebook gets it in its own types', async () => {
    await page.goto(`${site.url}s/every`);
    await page.goto(`${site.url}s/every`); // the server knows the zone of the browser from the second visit on
    await page.getByText('Advanced').click();
    const thumbs = page.locator('.thumbs input');
    await thumbs.first().focus();
    for (let presses = 0; presses < 5; presses += 1) await page.keyboard.press('ArrowRight');
    await thumbs.last().fill('90');
    expect(
      await page
        .locator('[data-field="span"] input[type="text"]')
        .evaluateAll((all) => all.map((each) => (each as HTMLInputElement).value)),
    ).toEqual(['15', '90']);
    await page.getByLabel('Lines').check();
    await page.locator('.color-native').fill('#ff0000');
    expect(await page.inputValue('#field-tint')).toBe('#ff0000');
    await page.fill('#field-tint', '#0f0');
    expect(await page.inputValue('.color-native')).toBe('#00ff00');
    await page.fill('#field-site', 'https://example.org/');
    await page.fill('#field-period-1', '2026-02-01');
    await page.fill('#field-period-2', '2026-02-28');
    expect(await page.inputValue('.zone')).toBe('Asia/Tokyo');
    await page.fill('#field-at', '2026-01-31 09:30');
    await page.fill('#field-order', 'A-1234');
    await page.fill('#field-clock', '10:45');
    await page.focus('#field-query');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('field-options');
    await run();
    await report('(15, 90) lines #00ff00 https://example.org/');
    await report('2026-02-01 2026-02-28 2026-01-31T09:30:00+09:00 10:45:00');
    expect(await page.locator('[data-field="span"] input[type="text"]').first().inputValue()).toBe('15');
    await page.goto(`${site.url}runs`);
    await page.getByText(/Span: 15 – 90 km, .* At: 2026-01-31 09:30 Asia\/Tokyo/).waitFor();
  });

  test('say what is wrong beside the field, and mark where', async () => {
    await page.goto(`${site.url}s/every`);
    await page.getByText('Advanced').click();
    const span = page.locator('[data-field="span"] input[type="text"]');
    await span.first().fill('50');
    await span.last().fill('5');
    await page.fill('#field-period-1', '2026-02-28');
    await page.fill('#field-period-2', '2026-02-01');
    await page.fill('#field-order', 'x');
    await page.fill('#field-site', 'javascript:alert(1)');
    await page.fill('#field-tint', 'red;background:url(//example.org)');
    await page.fill('#field-options', '{\n  "a": 1,\n}');
    await run();
    for (const text of [
      'Enter two values, the first not above the second, each a whole number from 0 to 100.',
      'Enter two values, the first not above the second, each a date',
      'Enter an address such as https://example.org/.',
      'Enter a colour such as #1f77b4.',
      'This is required: enter a date with a time and a zone',
      'Enter an order number',
      'Enter valid JSON: line 3, column 1',
    ])
      await page.getByText(text).first().waitFor();
    expect(await page.locator('.error-mark mark').innerText()).toBe('}');
    expect(await page.locator('#field-options').evaluate((field: HTMLTextAreaElement) => field.selectionStart)).toBe(
      12,
    );
    expect(await span.first().inputValue()).toBe('50');
    expect(await violations(page)).toEqual([]);
  });

  test('have names and states that axe accepts, in the dark and on a phone', async () => {
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 390, height: 4000 });
    await page.goto(`${site.url}s/every`);
    await page.getByText('Advanced').click();
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  });

  test('work without JavaScript', async () => {
    const context = await site.browser.newContext({ javaScriptEnabled: false });
    const plain = await context.newPage();
    await plain.goto(`${site.url}s/every`);
    const ends = plain.locator('[data-field="span"] input[type="text"]');
    await ends.first().fill('20');
    await ends.last().fill('30');
    await plain.fill('#field-tint', '#123456');
    await plain.fill('#field-at', '2026-01-31 09:30');
    await plain.fill('.zone', 'America/New_York');
    await plain.fill('#field-order', 'B-0001');
    await plain.getByRole('button', { name: /^Run/ }).click();
    await plain.waitForURL(/\/runs\//);
    expect(await plain.locator('[data-field="span"] input[type="text"]').first().inputValue()).toBe('20');
    expect(await plain.inputValue('.zone')).toBe('America/New_York');
    await context.close();
  });
});
