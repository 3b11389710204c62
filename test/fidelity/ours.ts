/** A notebook as Script Runner shows it: the self-contained file, in a browser without the network. */
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import { renderFile } from '../../src/cli/render.ts';
import { PICTURE_WIDTH_PX, settle } from './browser.ts';
import { countMarks, type CellMarks } from './mark.ts';

export interface OurPicture {
  readonly png: Buffer;
  readonly cells: readonly CellMarks[];
  /** Requests that would have left the file. */
  readonly requests: readonly string[];
}

/** Answers to this name come from us; there is no such server. */
const ORIGIN = 'http://report.invalid';

/** `folder`: with the notebooks, unpacked. `looks`: for how many looks nothing may have changed, see `settle`. */
export async function drawOurs(
  context: BrowserContext,
  folder: string,
  name: string,
  looks?: number,
): Promise<OurPicture> {
  const html = [...(await renderFile(join(folder, `${name}.ipynb`)))].join('');
  const page = await context.newPage();
  try {
    const requests = await serve(page, `${ORIGIN}/${name}`, html);
    await page.setViewportSize({ width: PICTURE_WIDTH_PX, height: 300 });
    await page.goto(`${ORIGIN}/${name}`);
    await page.evaluate(countMarks);
    const measure = () => ({
      heightPx:
        Math.max(...[...document.body.children].map((part) => part.getBoundingClientRect().bottom + scrollY)) + 40,
      state: JSON.stringify((globalThis as unknown as { countMarks: () => unknown }).countMarks()),
    });
    await settle(page, measure, looks);
    await page.evaluate(() => Promise.allSettled([...document.images].map((image) => image.decode())));
    const cells = await page.evaluate(() => (globalThis as unknown as { countMarks: () => CellMarks[] }).countMarks());
    return { png: await page.screenshot(), cells, requests };
  } finally {
    await page.close();
  }
}

async function serve(page: Page, address: string, html: string): Promise<string[]> {
  const requests: string[] = [];
  await page.route('**/*', async (route) => {
    const url = route.request().url();
    if (url === address) return route.fulfill({ contentType: 'text/html; charset=utf-8', body: html });
    if (!/^(data|blob):/.test(url) && !url.endsWith('/favicon.ico')) requests.push(url);
    return route.abort();
  });
  return requests;
}
