/** A page in a browser of its own, as its reader meets it: the browser itself measures. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Frame, Page } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { family, listProcesses, memoryOf } from './memory.ts';
import { until } from './until.ts';

export interface Opened {
  /** From the navigation to the first contentful paint of what is read. */
  readonly paintMs: number;
  /** How long the page does not react, at most. */
  readonly longestTaskMs: number;
  /** Of all answers, as sent. */
  readonly bytes: number;
  /** Of the processes that show pages. */
  readonly browserMb: number;
  /** Or all of it is visible. */
  readonly scrolls: boolean;
}

/** After the first paint: what a page does by itself. */
const REST_MS = 4_000;
const SCROLL_MS = 8_000;
/** A page that reacts to nothing for this long is said to be frozen. */
const FROZEN_MS = 20_000;

interface OpenOptions {
  /** Part of the address of the frame that is read; absent: the page itself is. */
  readonly frame?: string;
  /** See `launchBrowser`; freezes are longer then. */
  readonly yields?: boolean;
}

export async function open(
  executablePath: string,
  url: string,
  { frame, yields = false }: OpenOptions = {},
): Promise<Opened> {
  const browser = await launchBrowser(executablePath, yields);
  try {
    const page = await browser.newPage({ viewport: { width: 1200, height: 800 } });
    const { bytes } = counted(page);
    await page.addInitScript(watchTasks);
    const beganMs = Date.now();
    await page.goto(url, { waitUntil: 'commit', timeout: 0 });
    const read = () =>
      frame === undefined ? page.mainFrame() : page.frames().find((each) => each.url().includes(frame));
    let paintedAtMs: number | undefined;
    await until('a report that is painted', async () => (paintedAtMs = await paintOf(read())) !== undefined);
    await wait(REST_MS);
    const scrolls = await canScroll(page);
    const longest = await Promise.all(page.frames().map(longestTaskOf));
    const own = family(process.pid, await listProcesses()).filter(({ command }) => command.includes('--type=renderer'));
    return {
      paintMs: (paintedAtMs ?? NaN) - beganMs,
      longestTaskMs: Math.max(...longest),
      bytes: await bytes(),
      browserMb: (await memoryOf(own)).dividedMb,
      scrolls,
    };
  } finally {
    await browser.close();
  }
}

function watchTasks(): void {
  const own = globalThis as { longestTaskMs?: number };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) own.longestTaskMs = Math.max(own.longestTaskMs ?? 0, duration);
  }).observe({ type: 'longtask', buffered: true });
}

function counted(page: Page) {
  const sizes: Promise<number>[] = [];
  page.on('requestfinished', (request) => {
    sizes.push(
      request.sizes().then(
        ({ responseBodySize }) => responseBodySize,
        () => 0,
      ),
    );
  });
  return { bytes: async () => (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0) };
}

/** In milliseconds since 1970; undefined before it. */
async function paintOf(frame: Frame | undefined): Promise<number | undefined> {
  return frame
    ?.evaluate(() => {
      const paint = performance.getEntriesByName('first-contentful-paint')[0];
      return paint === undefined ? undefined : performance.timeOrigin + paint.startTime;
    })
    .catch(() => undefined);
}

async function longestTaskOf(frame: Frame): Promise<number> {
  const found = frame.evaluate(() => (globalThis as { longestTaskMs?: number }).longestTaskMs ?? 0);
  return Promise.race([found.catch(() => 0), wait(FROZEN_MS, Infinity, { ref: false })]);
}

/** Whether the wheel moves what is shown: the page, a frame of it, or a part of either; or all of it is visible. */
async function canScroll(page: Page): Promise<boolean> {
  const inTime = <T>(work: Promise<T>): Promise<T | undefined> =>
    Promise.race([work.catch(() => undefined), wait(FROZEN_MS, undefined, { ref: false })]);
  const frames = page.frames();
  // the wheel reaches a frame, and what scrolls may be the page around it
  await inTime(Promise.all(frames.map((frame) => frame.evaluate(watchScrolling))));
  await page.mouse.move(600, 400);
  for (const endMs = performance.now() + SCROLL_MS; performance.now() < endMs; await wait(100)) {
    await inTime(page.mouse.wheel(0, 600));
    if ((await inTime(Promise.all(frames.map(hasScrolled))))?.includes(true) === true) return true;
  }
  return (await inTime(page.evaluate(() => document.documentElement.scrollHeight <= innerHeight))) ?? false;
}

function watchScrolling(): void {
  const own = globalThis as { hasScrolled?: boolean };
  addEventListener('scroll', () => (own.hasScrolled = true), { capture: true });
}

async function hasScrolled(frame: Frame): Promise<boolean> {
  const found = frame.evaluate(() => (globalThis as { hasScrolled?: boolean }).hasScrolled === true);
  return found.catch(() => false);
}
