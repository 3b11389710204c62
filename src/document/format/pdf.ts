/** PDF, printed by a browser; by pandoc and typst where none can. */
import { withBrowser } from '../browser/browser-start.ts';
import { printPage } from '../browser/page-print.ts';
import { usesWebGl } from '../browser/webgl.ts';
import { settledPdf } from '../browser/pdf-settle.ts';
import { ProgramError } from '../program.ts';
import type { WrittenFormat } from './format.ts';
import { hasTypst, writeByTypst } from './pdf-typst.ts';

export const pdf: WrittenFormat = {
  name: 'pdf',
  label: 'PDF',
  extension: 'pdf',
  mime: 'application/pdf',
  async missing(tools) {
    const missing = await tools.browser.missing();
    return missing === undefined || (await hasTypst(tools)) ? undefined : missing;
  },
  async write(tools, source, limits) {
    const { browser, environment, pdf: settings } = tools;
    const path = await browser.find();
    if (path === undefined) return writeByTypst(tools, source, limits);
    const made = new Date(source.madeAtMs);
    const options = { ...settings, title: source.title, date: made.toISOString().slice(0, 10) };
    const html = await source.page();
    try {
      const bytes = await withBrowser({ path, environment, webgl: usesWebGl(html) }, limits, (devtools) =>
        printPage(devtools, html, options),
      );
      return { bytes: settledPdf(bytes, made), pictures: [] };
    } catch (error) {
      if (!(error instanceof ProgramError) || error.problem !== 'start') throw error;
      browser.refuse(error.message);
      if (await hasTypst(tools)) return writeByTypst(tools, source, limits);
      throw error;
    }
  },
};
