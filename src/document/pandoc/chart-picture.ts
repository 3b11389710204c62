/** Puts pictures of charts that only a browser can draw into the HTML for converters. */
import { PAGE_WIDTH_PX } from '../../domain/report/document-writer.ts';
import { drawCharts } from '../browser/chart-draw.ts';
import { withBrowser } from '../browser/browser-start.ts';
import { usesWebGl } from '../browser/webgl.ts';
import { ProgramError, type ProgramLimits } from '../program.ts';
import type { Tools } from '../tool.ts';

/** As `exportPlain` writes them: the place of a chart, with a sentence. */
const PLACE = /<p id="chart-(c\d+-o\d+)">.*?<\/p>/g;

/** Without a browser, or if it cannot draw them within its bounds, the sentences stay. */
export async function withCharts(
  html: string,
  page: () => Promise<Uint8Array>,
  { browser, environment, pdf: { policy } }: Tools,
  limits: ProgramLimits,
): Promise<string> {
  const ids = [...html.matchAll(PLACE)].map(([, id = '']) => id);
  const path = ids.length === 0 ? undefined : await browser.find();
  if (path === undefined) return html;
  try {
    const bytes = await page();
    // half of the time is left for the converter
    const half = { ...limits, timeMs: limits.timeMs / 2 };
    const charts = await withBrowser({ path, environment, webgl: usesWebGl(bytes) }, half, (devtools) =>
      drawCharts(devtools, bytes, { ids, policy }),
    );
    return html.replace(PLACE, (all, id: string) => {
      const chart = charts.get(id);
      if (chart === undefined) return all;
      const isWide = chart.width > PAGE_WIDTH_PX;
      const size = isWide ? 'width="100%"' : `width="${String(chart.width)}" height="${String(chart.height)}"`;
      return `<p><img src="data:image/png;base64,${chart.png}" ${size} alt="Chart"></p>`;
    });
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    if (error.problem === 'start') browser.refuse(error.message);
    return html;
  }
}
