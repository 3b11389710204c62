/** Choices that depend on other inputs, in a real browser: by keyboard, by mouse, and without JavaScript. */
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { testChromium } from '../chromium.ts';
import { violations } from './axe.ts';
import { openLiveSite } from './live-site.ts';
import type { LiveSite } from './live-site.ts';

const chromium = testChromium();

describe.skipIf(chromium === undefined)('inputs with choices from elsewhere (needs chromium)', () => {
  let site: LiveSite;
  let page: Page;

  beforeAll(async () => {
    const stores = Array.from({ length: 8 }, (_, at) => `S${at},"Store <${at}>",${at % 2 === 0 ? 'north' : 'south'}\n`);
    const items = Array.from({ length: 100_000 }, (_, at) => `I${at};Item ${at} ${at % 2 === 0 ? 'blue' : 'red'}\n`);
    site = await openLiveSite(
      {
        'shop.ipynb': [
          '# Shop',
          'region = "north"\nstore: str\nitem: str = "I7"\nmore: list[str] = []\nperiod = "month"\nstart = "2026-01-01"',
          'print(region, store, item, more, start)',
        ],
        'shop.params.json': JSON.stringify({
          region: { 'x-choices': { csv: 'stores.csv', value: 'region' } },
          store: { 'x-choices': { csv: 'stores.csv', label: 'name', where: { region: 'region' } } },
          item: { 'x-choices': { csv: 'items.csv', label: 'name' } },
          more: { 'x-choices': { csv: 'items.csv', label: 'name' } },
          period: { enum: ['month', 'custom'] },
          start: { 'x-visible-when': { period: 'custom' } },
        }),
        'best.ipynb': ['# Best', 'region = "north"\nbest = "S0"\nperiod = "month"\nuntil: str', 'print(best)'],
        'best.params.json': JSON.stringify({
          region: { enum: ['north', 'south'] },
          best: { 'x-choices': { csv: 'stores.csv', where: { region: 'region' } } },
          period: { enum: ['month', 'until'] },
          until: { 'x-visible-when': { period: 'until' } },
        }),
        'stores.csv': `id,name,region\n${stores.join('')}`,
        'items.csv': `id;name\n${items.join('')}`,
      },
      chromium ?? '',
    );
  });
  beforeEach(async () => {
    page = await site.browser.newPage();
  });
  afterEach(async () => page.close());
  afterAll(async () => site.closeAll());

  const valuesOf = (target: Page, name: string) =>
    target
      .locator(`#field-${name} option`)
      .evaluateAll((options) => options.map((option) => (option as HTMLOptionElement).value));
  const run = () => page.getByRole('button', { name: /^Run/ }).click();
  const report = (text: string) => page.frameLocator('iframe.report').getByText(text).waitFor();

  test('follow the other inputs, and keep what is still a choice', async () => {
    await page.goto(`${site.url}s/shop`);
    expect(await valuesOf(page, 'store')).toEqual(['', 'S0', 'S2', 'S4', 'S6']);
    expect(await page.locator('[data-field="start"]').isVisible()).toBe(false);
    await page.selectOption('#field-period', 'custom');
    await page.fill('#field-start', '2026-02-02');
    await page.selectOption('#field-store', 'S4');
    const asked = page.waitForRequest(/\/choices$/);
    await page.selectOption('#field-region', 'south');
    await expect.poll(() => valuesOf(page, 'store'), { timeout: 30_000 }).toEqual(['', 'S1', 'S3', 'S5', 'S7']);
    expect(await page.inputValue('#field-store')).toBe('');
    expect((await asked).postDataJSON()).toMatchObject({ fields: ['store'] });
    await page.getByText('“S4” is not one of the choices for the other values. Choose one.').waitFor();
    await page.getByLabel('Store').selectOption('Store <3>');
    await run();
    await report('south S3 I7 [] 2026-02-02');
    await expect.poll(() => valuesOf(page, 'store'), { timeout: 30_000 }).toEqual(['', 'S1', 'S3', 'S5', 'S7']);
    expect(await page.inputValue('#field-store')).toBe('S3');
  });

  test('have a search, by keyboard, for one of many and for several', async () => {
    await page.goto(`${site.url}s/shop`);
    const one = page.getByRole('combobox', { name: 'Item' });
    expect(await one.inputValue()).toBe('Item 7 red');
    await one.focus();
    await page.keyboard.press('ArrowDown');
    await page.locator('[role="option"]').first().waitFor();
    await page.keyboard.type('99999');
    await page.locator('[role="option"]', { hasText: 'Item 99999 red' }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Enter');
    expect([await one.inputValue(), await page.inputValue('#field-item')]).toEqual(['Item 99999 red', 'I99999']);
    await page.keyboard.press('ArrowDown');
    await page.locator('[role="option"]').first().waitFor();
    await page.keyboard.type('nothing at all');
    await page.getByText('Nothing found.').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    expect(await one.inputValue()).toBe('Item 99999 red');
    const several = page.getByRole('combobox', { name: 'Search the choices' });
    await several.focus();
    await page.keyboard.type('item 500 blue');
    await page.locator('[role="option"]', { hasText: 'Item 500 blue' }).waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await page.selectOption('#field-store', 'S0');
    await run();
    await report("north S0 I99999 ['I500'] 2026-01-01");
  });

  test('say at once whether a run needs them, and forget what was wrong where they are not shown', async () => {
    await page.goto(`${site.url}s/best`);
    const best = page.locator('[data-field="best"]');
    const until = page.locator('[data-field="until"]');
    const isMarked = async () => [
      await best.locator('label').textContent(),
      await best.locator('select').evaluate((select) => (select as HTMLSelectElement).required),
    ];
    expect(await isMarked()).toEqual(['Best', false]);
    await page.selectOption('#field-region', 'south');
    await expect.poll(isMarked, { timeout: 30_000 }).toEqual(['Best required', true]);
    await page.selectOption('#field-region', 'north');
    await expect.poll(isMarked, { timeout: 30_000 }).toEqual(['Best', false]);
    await page.selectOption('#field-period', 'until');
    expect(await until.locator('label').textContent()).toBe('Until required');
    await run();
    await until.getByText('This is required').waitFor();
    await page.selectOption('#field-period', 'month');
    await page.selectOption('#field-period', 'until');
    expect(await until.isVisible()).toBe(true);
    expect(await until.getByText('This is required').count()).toBe(0);
    expect(await page.locator('.error-summary, [aria-invalid]').count()).toBe(0);
  });

  test('follow without JavaScript when the form is updated', async () => {
    const context = await site.browser.newContext({ javaScriptEnabled: false });
    const plain = await context.newPage();
    await plain.goto(`${site.url}s/shop`);
    await plain.selectOption('#field-region', 'south');
    await plain.fill('#field-item-search', '4321 red');
    await plain.locator('.inputs-go').getByRole('button', { name: 'Update inputs' }).click();
    expect(await valuesOf(plain, 'store')).toEqual(['', 'S1', 'S3', 'S5', 'S7']);
    await plain.selectOption('#field-store', 'S5');
    await plain.selectOption('#field-item', 'I4321');
    await plain.getByRole('button', { name: /^Run/ }).click();
    await plain.waitForURL(/\/runs\//);
    const reply = await fetch(`${plain.url().replace('/runs/', '/api/v1/runs/')}`);
    expect(((await reply.json()) as { given: object }).given).toMatchObject({
      region: 'south',
      store: 'S5',
      item: 'I4321',
    });
    await context.close();
  });
});
