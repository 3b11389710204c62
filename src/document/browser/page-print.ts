/** Prints one HTML document to PDF in a browser: tagged, with outline, header and footer. Nothing else is loaded. */
import { ProgramError } from '../program.ts';
import type { Devtools, DevtoolsTarget } from './devtools.ts';
import { marginHtml } from './margin-html.ts';
import { openReport } from './page-open.ts';

export interface PrintOptions {
  readonly title: string;
  /** `2026-01-31`. */
  readonly date: string;
  /** Texts with `{title}`, `{date}`, `{page}`, `{pages}`; `|` separates left, middle and right. */
  readonly header: string;
  readonly footer: string;
  readonly paper: 'A4' | 'Letter';
  /** The Content-Security-Policy of the document. */
  readonly policy: string;
}

const INCHES = { A4: { width: 8.27, height: 11.69 }, Letter: { width: 8.5, height: 11 } } as const;
const INCH_PX = 96;
/** Of the report's style sheet, left and right: charts are drawn as wide as they are printed. */
const MARGIN_INCHES = 14 / 25.4;
const CHUNK_BYTES = 1_000_000;
const MOST_PDF_BYTES = 200_000_000;

/** Settles with the PDF. Rejects with a `ProgramError`. */
export async function printPage(devtools: Devtools, html: Uint8Array, options: PrintOptions): Promise<Buffer> {
  const { width, height } = INCHES[options.paper];
  const page = await openReport(devtools, html, {
    policy: options.policy,
    width: Math.floor((width - 2 * MARGIN_INCHES) * INCH_PX),
    height: Math.floor(height * INCH_PX),
  });
  const { stream } = await page.send('Page.printToPDF', {
    paperWidth: width,
    paperHeight: height,
    preferCSSPageSize: true,
    printBackground: true,
    generateTaggedPDF: true,
    generateDocumentOutline: true,
    displayHeaderFooter: true,
    headerTemplate: marginHtml(options.header, options),
    footerTemplate: marginHtml(options.footer, options),
    transferMode: 'ReturnAsStream',
  });
  return readStream(page, stream as string);
}

async function readStream(page: DevtoolsTarget, handle: string): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for (;;) {
    const { data, base64Encoded, eof } = await page.send('IO.read', { handle, size: CHUNK_BYTES });
    const piece = Buffer.from(String(data), base64Encoded === true ? 'base64' : 'utf8');
    bytes += piece.length;
    if (bytes > MOST_PDF_BYTES) throw new ProgramError('memory', 'The PDF is too large.');
    pieces.push(piece);
    if (eof === true) return Buffer.concat(pieces);
  }
}
