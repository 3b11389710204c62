/**
 * Lays out the report in columns as high as a sheet of paper, so that printing the page around it cuts through nothing.
 */
import { asPrinted, SHEET_HEIGHT_PX, SHEET_WIDTH_PX } from '../print.ts';
import { setFormulas } from './formula.ts';
import { drawCharts, fitCharts } from './chart.ts';
import { fitOutputs, leaveOutputs } from './fit.ts';

/** Shorter than the page around waits for the number of sheets. */
const RENDERED_MS = 4_000;
const LOOK_MS = 10;

const { style, dataset } = document.documentElement;

/**
 * Settles with the number of sheets, when all charts are drawn in the width of the paper. Undefined if the frame is not
 * rendered: then nothing in it has a height.
 */
export async function layOutSheets(headPx: number): Promise<number | undefined> {
  await Promise.all([drawCharts(), setFormulas()]);
  if (!(await rendered())) return undefined;
  style.setProperty('--sheet-head', `${String(headPx)}px`);
  style.setProperty('--sheet-height', `${String(SHEET_HEIGHT_PX)}px`);
  style.setProperty('--sheet-width', `${String(SHEET_WIDTH_PX)}px`);
  dataset['sheets'] = '';
  const count = await asPrinted(async () => {
    // starts to load the fonts of what only paper shows
    document.body.getBoundingClientRect();
    await document.fonts.ready;
    await fitCharts();
    await fitFrames();
    fitOutputs();
    return Math.max(1, Math.ceil((document.body.getBoundingClientRect().height - 1) / SHEET_HEIGHT_PX));
  });
  // in print, the frame is as high as all sheets together
  style.setProperty('--sheet-height', `calc(100vh / ${String(count)})`);
  style.setProperty('--sheet-width', 'auto');
  return count;
}

/**
 * The page around measures its own head in the styles for printing. For a moment Chromium then takes the frame for one
 * that is not shown, and its message that it is shown again may arrive after the request to print.
 */
async function rendered(): Promise<boolean> {
  const end = performance.now() + RENDERED_MS;
  // no animation frames: there are none for a frame that is not shown, or not in view
  while (document.body.getClientRects().length === 0) {
    if (performance.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return true;
}

/** Isolated outputs tell their height in the width of the paper after they have been drawn in it. */
async function fitFrames(): Promise<void> {
  if (document.querySelector('iframe.isolated') === null) return;
  for (let frame = 0; frame < 3; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
}

export async function leaveSheets(): Promise<void> {
  delete dataset['sheets'];
  leaveOutputs();
  await fitCharts();
}
