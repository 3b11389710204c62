/** The run page around its report: printing, links within the report, heights. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testChromium } from '../chromium.ts';
import { openLiveSite } from './live-site.ts';
import type { LiveSite } from './live-site.ts';

const chromium = testChromium();
const ROWS = 90;

describe.skipIf(chromium === undefined)('the page around a report (needs chromium)', () => {
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
        'places.ipynb': [
          '# Places\n\n[to the end](#The-end), [nowhere](#nowhere)',
          'from IPython.display import HTML\nHTML(\'<div style="height:3000px">high</div><div id="window" style="height:100vh"></div>\')',
          '## The end\n\nlast words, [back to the top](#)\n\n<div style="height:2000px"></div>',
        ],
        'grows.ipynb': [
          '# Grows',
          'from IPython.display import HTML\nHTML(\'<div id="all">all</div><script>const fit = () => { all.style.height = innerHeight + "px"; }; addEventListener("resize", fit); fit();</script>\')',
        ],
      },
      chromium ?? '',
    );
    url = await run('long');
  });
  const run = async (script: string) => {
    const answer = await fetch(`${site.url}api/v1/runs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', prefer: 'wait=60' },
      body: JSON.stringify({ script }),
    });
    return `${site.url}runs/${((await answer.json()) as { id: string }).id}`;
  };
  afterAll(async () => site.closeAll());

  test.each(['Control+p', 'Print'])('%s lays the report out in sheets and prints the page', async (way) => {
    const page = await site.browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.addInitScript('if (window === top) window.print = () => { window.printed = true; }');
    await page.goto(url);
    const rows = page.frameLocator('iframe.report').locator('.output');
    await rows.nth(ROWS - 1).waitFor({ state: 'attached' });
    // what was pressed before the report is connected prints it as it is
    await page.locator('iframe.report[data-height-px]').waitFor();
    if (way === 'Print') await page.getByRole('link', { name: 'Print' }).click();
    else await page.keyboard.press(way);
    await expect.poll(() => page.evaluate(() => 'printed' in window)).toBe(true);
    const count = Number(await page.evaluate(() => document.documentElement.style.getPropertyValue('--sheets')));
    expect(count).toBeGreaterThan(3);

    // a window as large as a sheet of paper inside its margins
    await page.setViewportSize({ width: 688, height: 1001 });
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

  test('a frame that is not rendered for a moment is laid out when it is', async () => {
    const page = await site.browser.newPage();
    await page.addInitScript('if (window === top) window.print = () => { window.printed = true; }');
    await page.goto(url);
    const frame = page.locator('iframe.report[data-height-px]');
    await frame.waitFor();
    const size = () => page.frames()[1]!.evaluate(() => document.body.getClientRects().length);
    const display = (value: string) => frame.evaluate((element, to) => void (element.style.display = to), value);
    await display('none');
    await expect.poll(size).toBe(0);
    await page.keyboard.press('Control+p');
    // what the frame answers to the request, if it answers at once, has arrived after this
    await page.frames()[1]!.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
    await display('');
    await expect.poll(() => page.evaluate(() => 'printed' in window)).toBe(true);
    const count = Number(await page.evaluate(() => document.documentElement.style.getPropertyValue('--sheets')));
    expect(count).toBeGreaterThan(3);
    await page.close();
  });

  test('the title is shown once: by the page, with a link to the heading of the report', async () => {
    const page = await site.browser.newPage();
    await page.goto(url);
    const heading = page.frameLocator('iframe.report').locator('#Long-report');
    await heading.waitFor({ state: 'attached' });
    expect((await heading.boundingBox())?.height).toBeLessThanOrEqual(1);
    expect((await page.getByRole('heading', { name: 'Long report' }).first().boundingBox())?.height).toBeGreaterThan(
      16,
    );
    await page.goto(`${url}/report`);
    expect((await heading.boundingBox())?.height).toBeLessThanOrEqual(1);
    await page.emulateMedia({ media: 'print' });
    await expect.poll(async () => (await heading.boundingBox())?.height).toBeGreaterThan(16);
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

  test('links within the report scroll the page, by pointer, key, back and address', async () => {
    const page = await site.browser.newPage({ viewport: { width: 1280, height: 800 } });
    const places = await run('places');
    await page.goto(places);
    const report = page.frameLocator('iframe.report');
    const end = report.getByRole('heading', { name: 'The end' });
    const endY = async () => (await end.boundingBox())?.y ?? -1;
    const scrollY = () => page.evaluate(() => window.scrollY);
    await report.locator('#window').waitFor({ state: 'attached' });
    await expect.poll(async () => (await report.locator('#window').boundingBox())?.height).toBe(800);
    expect(await endY()).toBeGreaterThan(3000);

    await report.getByText('to the end').click();
    await expect.poll(endY).toBeLessThan(200);
    expect(await endY()).toBeGreaterThan(50);
    expect(page.url()).toBe(`${places}#The-end`);
    await page.goBack();
    await expect.poll(scrollY).toBeLessThan(200);
    expect(page.url()).toBe(places);
    await report.getByText('to the end').press('Enter');
    await expect.poll(endY).toBeLessThan(200);
    // the link to the section itself comes first
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(scrollY).toBe(0);

    const later = await site.browser.newPage({ viewport: { width: 1280, height: 800 } });
    await later.goto(`${places}#The-end`);
    const laterEnd = later.frameLocator('iframe.report').getByRole('heading', { name: 'The end' });
    await expect.poll(async () => (await laterEnd.boundingBox())?.y ?? 9e9).toBeLessThan(200);
    await later.goto(`${places}/report#The-end`);
    await expect.poll(async () => (await laterEnd.boundingBox())?.y ?? 9e9).toBeLessThan(200);
    await later.close();
    await page.close();
  });

  test('an output that makes itself as high as its frame does not grow for ever', async () => {
    const page = await site.browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(await run('grows'));
    await page.frameLocator('iframe.report').getByText('all', { exact: true }).waitFor();
    const height = async () => (await page.locator('iframe.report').boundingBox())?.height ?? 0;
    const heights = new Set<number>();
    // each turn is one frame of the browser
    for (let turn = 0; turn < 40; turn++) {
      heights.add(await height());
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    }
    expect(Math.max(...heights)).toBeLessThan(6_000);
    expect(heights.size).toBeLessThan(8);
    await page.close();
  });
});
