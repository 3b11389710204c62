/** A browser without the network: only the addresses of this test answer. */
import { setTimeout as wait } from 'node:timers/promises';
import { chromium, type Browser, type Page } from 'playwright-core';
import { CHROMIUM_FLAGS } from '../chromium.ts';

export const PICTURE_WIDTH_PX = 1000;
/** Of a notebook, as much as is drawn; the rest is compared by its text only. */
const PICTURE_HEIGHT_PX = 6_000;
const POLL_MS = 150;
/** What does not change for so many looks is drawn. */
const STILL_LOOKS = 5;
/** For what draws one thing after the other, with pauses, as JupyterLab does. */
export const SLOW_LOOKS = 16;
const LONGEST_MS = 30_000;

export async function openOfflineBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [...CHROMIUM_FLAGS, '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1', '--hide-scrollbars'],
  });
}

/**
 * Makes the window as high as what `measure` says that the notebook is, and waits until the notebook does not change.
 * `measure` is evaluated in the page: its height in px, and a text that changes as long as something is drawn.
 */
export async function settle(
  page: Page,
  measure: () => { heightPx: number; state: string },
  looks = STILL_LOOKS,
): Promise<void> {
  const end = performance.now() + LONGEST_MS;
  let last = '';
  let heightPx = 0;
  for (let still = 0; still < looks && performance.now() < end;) {
    await wait(POLL_MS);
    const seen = await page.evaluate(measure);
    const high = Math.min(Math.max(seen.heightPx, 300), PICTURE_HEIGHT_PX);
    if (Math.abs(high - heightPx) > 2) {
      heightPx = high;
      await page.setViewportSize({ width: PICTURE_WIDTH_PX, height: Math.ceil(heightPx) });
    }
    still = seen.state === last ? still + 1 : 0;
    last = seen.state;
  }
}
