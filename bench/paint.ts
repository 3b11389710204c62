/** How soon a reader sees something of a report of 5 MB: the browser's own time of the first contentful paint. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Browser, type Frame } from 'playwright-core';
import { CHROMIUM_FLAGS, testChromium } from '../test/chromium.ts';
import { spread, type Finding } from './finding.ts';
import { clickRun } from './follow.ts';
import { summary } from './measure.ts';
import { notebookText } from './notebook.ts';
import { startServer, waitUntilReady } from './server.ts';
import { until } from './until.ts';

const AIM_MS = 1000;
const ROW = `'<tr><th>7</th>' + '<td>0.142857</td>' * 8 + '</tr>'`;
const CODE = {
  text: `for n in range(9000): print('line', n, 'of a log that has words enough to be read by anybody')`,
  tables: `from IPython.display import HTML\nHTML('<table class="dataframe"><tbody>' + (${ROW}) * 3000 + '</tbody></table>')`,
  pictures: `import os, base64\nfrom IPython.display import HTML\nHTML('<img width="300" height="300" alt="" src="data:image/bmp;base64,' + base64.b64encode(b'BM6\\xdc\\x05\\x00' + bytes(4) + b'6\\x00\\x00\\x00(\\x00\\x00\\x00' + (357).to_bytes(4, 'little') * 2 + b'\\x01\\x00\\x18\\x00' + bytes(24) + os.urandom(382704)).decode() + '">')`,
};

/** Without a browser, an empty list. */
export async function measurePaint(folder: string, python: string, rounds: number): Promise<Finding[]> {
  const executablePath = testChromium();
  if (executablePath === undefined) return [];
  const project = join(folder, 'paint');
  await mkdir(join(project, 'scripts'), { recursive: true });
  for (const [name, code] of Object.entries(CODE))
    await writeFile(join(project, `scripts/${name}.ipynb`), notebookText(Array.from({ length: 10 }, () => ({ code }))));
  const server = await startServer(project, { data: join(folder, 'paint-data'), python, pool: 1 });
  const browser = await chromium.launch({ executablePath, args: CHROMIUM_FLAGS });
  try {
    await waitUntilReady(server.url);
    const findings: Finding[] = [];
    for (const name of Object.keys(CODE)) findings.push(await ofReport(browser, server.url, name, rounds));
    return findings;
  } finally {
    await browser.close();
    await server.close();
  }
}

async function ofReport(browser: Browser, url: string, name: string, rounds: number): Promise<Finding> {
  const { runId } = await clickRun(url, name);
  const sizeBytes = (await (await fetch(`${url}/runs/${runId}/report`)).bytes()).length;
  const all: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const ms = await firstPaint(browser, `${url}/runs/${runId}`);
    if (round > 0) all.push(ms);
  }
  const times = summary(all);
  return {
    what: `a kept report of ${(sizeBytes / 1e6).toFixed(1)} MB (${name}), nothing in the browser’s cache: until its first paint`,
    ours: spread(times),
    aim: `≤ ${AIM_MS} ms`,
    met: times.medianMs <= AIM_MS,
  };
}

/** From the navigation to the page of the run, in milliseconds. */
async function firstPaint(browser: Browser, url: string): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 800 } });
  try {
    const page = await context.newPage();
    await page.goto(url, { waitUntil: 'commit' });
    const start = await page.evaluate(() => performance.timeOrigin);
    let paintedAt: number | undefined;
    await until('a report that is painted', async () => {
      const frame = page.frames().find((each) => each !== page.mainFrame());
      paintedAt = frame === undefined ? undefined : await paintOf(frame);
      return paintedAt !== undefined;
    });
    return (paintedAt ?? NaN) - start;
  } finally {
    await context.close();
  }
}

/** In milliseconds since 1970; undefined before it. */
async function paintOf(frame: Frame): Promise<number | undefined> {
  return frame
    .evaluate(() => {
      const paint = performance.getEntriesByName('first-contentful-paint')[0];
      return paint === undefined ? undefined : performance.timeOrigin + paint.startTime;
    })
    .catch(() => undefined);
}
