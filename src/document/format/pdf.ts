/** PDF, printed by a browser. */
import { NO_BROWSER } from '../browser/browser-find.ts';
import { withBrowser } from '../browser/browser-start.ts';
import { printPage } from '../browser/page-print.ts';
import { settledPdf } from '../browser/pdf-settle.ts';
import { ProgramError } from '../program.ts';
import type { WrittenFormat } from './format.ts';

export const pdf: WrittenFormat = {
  name: 'pdf',
  label: 'PDF',
  extension: 'pdf',
  mime: 'application/pdf',
  source: 'page',
  missing: async ({ browser }) => ((await browser()) === undefined ? NO_BROWSER : undefined),
  async write({ browser, environment, pdf: settings }, { html, title, madeAtMs }, limits) {
    const path = await browser();
    if (path === undefined) throw new ProgramError('start', NO_BROWSER.why);
    const made = new Date(madeAtMs);
    const options = { ...settings, title, date: made.toISOString().slice(0, 10) };
    const bytes = await withBrowser({ path, environment }, limits, (devtools) => printPage(devtools, html, options));
    return { bytes: settledPdf(bytes, made), pictures: [] };
  },
};
