/**
 * Notebooks that show far too much, in a real browser: the page keeps responding, and neither side grows without limit.
 */
import { chromium, type Page } from 'playwright-core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { CHROMIUM_FLAGS, testChromium } from '../chromium.ts';
import { events, read } from './client.ts';
import { startProduct } from './product.ts';
import { makeProject, notebook } from './project.ts';

const MB = 1024 * 1024;
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const project = makeProject({
  'scripts/images.ipynb': notebook(
    `from IPython.display import display\nfor i in range(100_000): display({"image/png": "${PNG}", "text/plain": str(i)}, raw=True)`,
    'print("the end")',
  ),
  'scripts/lines.ipynb': notebook('for i in range(1_000_000): print("line", i)', 'print("the end")'),
});
const DISPLAYS = 2_000;
const executablePath = testChromium();

/** Elements and memory of the page and its report together. */
async function weigh(page: Page): Promise<{ elements: number; heapBytes: number }> {
  const sizes = await Promise.all(
    page.frames().map((frame) =>
      frame.evaluate(() => ({
        elements: document.getElementsByTagName('*').length,
        heapBytes: (performance as unknown as { memory: { usedJSHeapSize: number } }).memory.usedJSHeapSize,
      })),
    ),
  );
  return {
    elements: sizes.reduce((sum, { elements }) => sum + elements, 0),
    heapBytes: sizes.reduce((sum, { heapBytes }) => sum + heapBytes, 0),
  };
}

describe.skipIf(executablePath === undefined)('a notebook that shows far too much, needs chromium', () => {
  test.each([
    ['images', DISPLAYS],
    ['lines', 0],
  ])(
    '%s',
    async (script, displays) => {
      const product = await startProduct(project.folder, { flags: { output_count: String(DISPLAYS) } });
      onTestFinished(product.close);
      const browser = await chromium.launch({
        executablePath: executablePath ?? '',
        args: [...CHROMIUM_FLAGS, '--enable-precise-memory-info'],
      });
      onTestFinished(() => browser.close());
      const page = await browser.newPage();
      const before = process.memoryUsage.rss();
      await page.goto(`${product.url}/s/${script}`);
      await page.getByRole('button', { name: 'Run' }).first().click();
      await page.waitForURL(/\/runs\//);
      const id = /\/runs\/(\w+)/.exec(page.url())?.[1] ?? '';
      // a frame that is navigating cannot be evaluated
      await page.frameLocator('iframe.report').locator('#report').waitFor();
      let [heaviest, answers, grown] = [{ elements: 0, heapBytes: 0 }, 0, 0];
      const { promise: over, resolve } = Promise.withResolvers<void>();
      void events(product.url, id).then(() => resolve());
      for (let done = false; !done;) {
        done = await Promise.race([over.then(() => true), page.waitForTimeout(500).then(() => false)]);
        const { elements, heapBytes } = await weigh(page);
        heaviest = {
          elements: Math.max(heaviest.elements, elements),
          heapBytes: Math.max(heaviest.heapBytes, heapBytes),
        };
        grown = Math.max(grown, process.memoryUsage.rss() - before);
        answers += 1;
      }
      await expect
        .poll(() => page.frames()[1]!.evaluate(() => document.querySelector('#c1-out pre')?.textContent), {
          timeout: 300_000,
          interval: 1_000,
        })
        .toBe('the end\n');
      if (displays === 0)
        expect(await page.frames()[1]!.evaluate(() => document.querySelector('#c0-out .note')?.textContent)).toBe(
          '11 MB of text are left out here. Download the whole text',
        );
      const { elements } = await weigh(page);
      expect(elements).toBeLessThan(displays * 8 + 2_000);
      expect(heaviest.heapBytes).toBeLessThan(300 * MB);
      expect(grown).toBeLessThan(600 * MB);
      expect(answers).toBeGreaterThan(2);
      const report = await read(`${product.url}/api/v1/runs/${id}/report`);
      expect(report.includes('The output was cut off here')).toBe(displays > 0);
    },
    600_000,
  );
});
