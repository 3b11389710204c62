/** Takes pictures of the charts of a report that only a browser can draw. */
import type { Devtools, DevtoolsTarget } from './devtools.ts';
import { openReport } from './page-open.ts';

export interface DrawnChart {
  /** Base64. */
  readonly png: string;
  readonly width: number;
  readonly height: number;
}

/** As wide as a sheet of A4 inside its margins. */
const WINDOW = { width: 688, height: 1000 };
/** Pixels for each CSS pixel: documents are printed. */
const SCALE = 2;
const MOST_CHARTS = 100;
const MOST_PX = 4_000;

/** By the ids of their elements; without those that the page does not show. Rejects with a `ProgramError`. */
export async function drawCharts(
  devtools: Devtools,
  html: Uint8Array,
  { ids, policy }: { readonly ids: readonly string[]; readonly policy: string },
): Promise<ReadonlyMap<string, DrawnChart>> {
  const page = await openReport(devtools, html, { ...WINDOW, policy });
  await widen(page);
  const charts = new Map<string, DrawnChart>();
  for (const id of ids.slice(0, MOST_CHARTS)) {
    const place = await placeOf(page, id);
    if (place === undefined) continue;
    const { data } = await page.send('Page.captureScreenshot', {
      format: 'png',
      captureBeyondViewport: true,
      clip: { ...place, scale: SCALE },
    });
    charts.set(id, { png: String(data), width: place.width, height: place.height });
  }
  return charts;
}

/** Browsers do not draw what is outside of the window's width; the report itself stays as wide as it is. */
async function widen(page: DevtoolsTarget): Promise<void> {
  const expression = `document.body.style.inlineSize = '${String(WINDOW.width)}px'`;
  await page.send('Runtime.evaluate', { expression });
  const { height } = WINDOW;
  await page.send('Emulation.setDeviceMetricsOverride', {
    width: MOST_PX,
    height,
    deviceScaleFactor: 1,
    mobile: false,
  });
  const frames = 'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))';
  await page.send('Runtime.evaluate', { expression: frames, awaitPromise: true });
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Runs in the page; undefined for a place in which nothing is drawn but text. */
const placeIn = `(place) => {
  const { x, y, width, height } = place.getBoundingClientRect();
  if (place.querySelector('.note') && !place.querySelector('svg, canvas, img, iframe, [data-root-id]')) return;
  return [x + scrollX, y + scrollY, Math.max(width, place.scrollWidth), height];
}`;

/** The page's scripts may say anything: what is no place of a usual size is none. */
async function placeOf(page: DevtoolsTarget, id: string): Promise<Place | undefined> {
  const { result } = await page.send('Runtime.evaluate', {
    expression: `(${placeIn})(document.getElementById(${JSON.stringify(id)}))`,
    returnByValue: true,
  });
  const { value } = result as { value?: unknown };
  if (!Array.isArray(value)) return undefined;
  const [x = NaN, y = NaN, width = NaN, height = NaN] = value.map((each) => Math.round(Number(each)));
  const isUsual = [x, y].every(Number.isFinite) && [width, height].every((each) => each > 0 && each <= MOST_PX);
  return isUsual ? { x, y, width, height } : undefined;
}
