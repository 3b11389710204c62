/** Takes pictures of the charts of a report that only a browser can draw. */
import type { Devtools, DevtoolsTarget } from './devtools.ts';
import { openReport } from './page-open.ts';

export interface DrawnChart {
  /** Base64. */
  readonly png: string;
  readonly width: number;
  readonly height: number;
}

const WINDOW = { width: 800, height: 1000 };
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
  // without the tools of charts, which are for pointers
  await page.send('Emulation.setEmulatedMedia', { media: 'print' });
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

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The page's scripts may say anything: what is no place of a usual size is none. */
async function placeOf(page: DevtoolsTarget, id: string): Promise<Place | undefined> {
  const { result } = await page.send('Runtime.evaluate', {
    expression: `(() => { const { x, y, width, height } = document.getElementById(${JSON.stringify(id)}).getBoundingClientRect(); return [x + scrollX, y + scrollY, width, height]; })()`,
    returnByValue: true,
  });
  const { value } = result as { value?: unknown };
  if (!Array.isArray(value)) return undefined;
  const [x = NaN, y = NaN, width = NaN, height = NaN] = value.map((each) => Math.round(Number(each)));
  const isUsual = [x, y].every(Number.isFinite) && [width, height].every((each) => each > 0 && each <= MOST_PX);
  return isUsual ? { x, y, width, height } : undefined;
}
