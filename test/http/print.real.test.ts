/** Printing the page of a run prints its whole report, on sheets that cut through nothing. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testChromium } from '../chromium.ts';
import { openLiveSite } from './live-site.ts';
import type { LiveSite } from './live-site.ts';

const chromium = testChromium();
const ROWS = 90;

describe.skipIf(chromium === undefined)('printing (needs chromium)', () => {
  let site: LiveSite;
  let url: string;
  beforeAll(async () => {
    site = await openLiveSite(
      {
        'long.ipynb': [
          '# Long report',
          'n: int = 3',
          `from IPython.display import Markdown\nfor i in range(${String(ROWS)}): display(Markdown(f"row {i} " + "of many words " * 30))`,
        ],
      },
      chromium ?? '',
    );
    const answer = await fetch(`${site.url}api/v1/runs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', prefer: 'wait=60' },
      body: '{"script": "long"}',
    });
    url = `${site.url}runs/${((await answer.json()) as { id: string }).id}`;
  });
  afterAll(async () => site.closeAll());

  test.each(['Control+p', 'Print'])('%s lays the report out in sheets and prints the page', async (way) => {
    const page = await site.browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.addInitScript('if (window === top) window.print = () => { window.printed = true; }');
    await page.goto(url);
    const rows = page.frameLocator('iframe.report').locator('.output');
    await rows.nth(ROWS - 1).waitFor({ state: 'attached' });
    if (way === 'Print') await page.getByRole('link', { name: 'Print' }).click();
    else await page.keyboard.press(way);
    await expect.poll(() => page.evaluate(() => 'printed' in window)).toBe(true);
    const count = Number(await page.evaluate(() => document.documentElement.style.getPropertyValue('--sheets')));
    expect(count).toBeGreaterThan(3);

    // a window as large as a sheet inside its margins
    await page.setViewportSize({ width: 688, height: 1002 });
    await page.emulateMedia({ media: 'print' });
    const frame = await page.locator('iframe.report').boundingBox();
    expect(frame?.height).toBeCloseTo(count * 1002, -1);
    const places = await rows.evaluateAll((elements) =>
      elements.map((element) =>
        [...element.querySelectorAll('p')].flatMap((line) =>
          [...line.getClientRects()].map(({ top, bottom }) => ({ top, bottom })),
        ),
      ),
    );
    const sheet = (frame?.height ?? 0) / count;
    expect(places.flat().length).toBeGreaterThanOrEqual(ROWS);
    for (const { top, bottom } of places.flat())
      expect(Math.floor((top + 1) / sheet)).toBe(Math.floor((bottom - 1) / sheet));
    expect(Math.max(...places.flat().map(({ bottom }) => bottom))).toBeLessThan(count * sheet);

    await page.emulateMedia({ media: null });
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
    expect(pdf.match(/\/Type\s*\/Page\b/g)).toHaveLength(count);
    await expect.poll(() => page.evaluate(() => 'sheets' in document.documentElement.dataset)).toBe(false);
    await page.close();
  });

  test('what the browser prints by itself says where the whole report is', async () => {
    const page = await site.browser.newPage();
    await page.goto(url);
    expect(await page.locator('.print-note').isVisible()).toBe(false);
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.print-note').innerText()).toContain(`${url}/report`);
    await page.close();
  });
});
