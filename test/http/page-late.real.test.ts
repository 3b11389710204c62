/** An answer that arrives after newer events of the same run from the live stream. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testChromium } from '../chromium.ts';
import { notebook, openLiveSite } from './live-site.ts';
import type { LiveSite } from './live-site.ts';

const chromium = testChromium();

/** Holds back the answers to requests until the test releases them. */
function holdAnswers(): void {
  const ask = window.fetch.bind(window);
  window.fetch = async (url, init) => {
    const answer = await ask(url, init);
    if (init?.method !== 'POST' || !String(url).endsWith('/cancel')) return answer;
    const text = await answer.text();
    await new Promise<void>((resolve) => {
      Object.assign(window, { letGo: resolve });
    });
    setTimeout(() => {
      Object.assign(window, { isShown: true });
    }, 100);
    return Object.defineProperty(new Response(text, { status: answer.status }), 'url', { value: answer.url });
  };
}

describe.skipIf(chromium === undefined)('a page that comes late (needs chromium)', () => {
  let site: LiveSite;
  beforeAll(async () => {
    site = await openLiveSite(
      { 'endless.ipynb': notebook(['# Endless', 'import time\nprint("words")\nwhile True: time.sleep(0.1)']) },
      chromium ?? '',
    );
  });
  afterAll(() => site.closeAll());

  test('does not put a run back that has ended', async () => {
    const page = await site.browser.newPage();
    await page.addInitScript(holdAnswers);
    await page.goto(`${site.url}s/endless`);
    await page.locator('#inputs-go .primary:enabled').click();
    await page.frameLocator('iframe.report').getByText('words', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.locator('#run-bar[data-status="cancelled"]').waitFor();
    await expect.poll(() => page.evaluate(() => 'letGo' in window), { timeout: 20_000 }).toBe(true);
    await page.evaluate(() => {
      (window as unknown as { letGo(): void }).letGo();
    });
    await expect.poll(() => page.evaluate(() => 'isShown' in window), { timeout: 20_000 }).toBe(true);
    await expect
      .poll(() => page.locator('#run-bar').getAttribute('data-status'), { timeout: 20_000 })
      .toBe('cancelled');
    await page.close();
  });
});
