/** Prints one HTML document to PDF in a browser: tagged, with outline, header and footer. Nothing else is loaded. */
import { setTimeout as wait } from 'node:timers/promises';
import { ProgramError } from '../program.ts';
import type { Devtools, DevtoolsTarget } from './devtools.ts';
import { marginTemplate } from './margin-template.ts';

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

/** Reserved for ever: no such host exists. */
const ADDRESS = 'http://report.invalid/';
const INCHES = { A4: { width: 8.27, height: 11.69 }, Letter: { width: 8.5, height: 11 } } as const;
const INCH_PX = 96;
/** Of the report's style sheet, left and right: charts are drawn as wide as they are printed. */
const MARGIN_INCHES = 14 / 25.4;
/** Scripts of the report draw so long; then it is printed as it is. */
const DRAW_MS = 20_000;
const CHUNK_BYTES = 1_000_000;
const MOST_PDF_BYTES = 200_000_000;

/** Settles with the PDF. Rejects with a `ProgramError`. */
export async function printPage(devtools: Devtools, html: Uint8Array, options: PrintOptions): Promise<Buffer> {
  const page = await openPage(devtools);
  const { width, height } = INCHES[options.paper];
  await page.send('Emulation.setDeviceMetricsOverride', {
    width: Math.floor((width - 2 * MARGIN_INCHES) * INCH_PX),
    height: Math.floor(height * INCH_PX),
    deviceScaleFactor: 1,
    mobile: false,
  });
  await load(page, html, options.policy);
  await drawn(page);
  const { stream } = await page.send('Page.printToPDF', {
    paperWidth: width,
    paperHeight: height,
    preferCSSPageSize: true,
    printBackground: true,
    generateTaggedPDF: true,
    generateDocumentOutline: true,
    displayHeaderFooter: true,
    headerTemplate: marginTemplate(options.header, options),
    footerTemplate: marginTemplate(options.footer, options),
    transferMode: 'ReturnAsStream',
  });
  return readStream(page, stream as string);
}

/** In a context without a disk: what pages store is in memory, and gone with it. */
async function openPage(devtools: Devtools): Promise<DevtoolsTarget> {
  const { browserContextId } = await devtools.send('Target.createBrowserContext', { disposeOnDetach: true });
  await devtools.send('Browser.setDownloadBehavior', { behavior: 'deny', browserContextId });
  const { targetId } = await devtools.send('Target.createTarget', { url: 'about:blank', browserContextId });
  const { sessionId } = await devtools.send('Target.attachToTarget', { targetId, flatten: true });
  return devtools.session(sessionId as string);
}

/** The document is the answer to the first request; all others fail. */
async function load(page: DevtoolsTarget, html: Uint8Array, policy: string): Promise<void> {
  let isServed = false;
  const loaded = Promise.withResolvers<void>();
  page.on('Page.loadEventFired', () => loaded.resolve());
  page.on('Inspector.targetCrashed', () => loaded.reject(new ProgramError('memory', 'The page crashed the browser.')));
  page.on('Fetch.requestPaused', ({ requestId, request }) => {
    const { url } = request as { url: string };
    const answer =
      isServed || url !== ADDRESS
        ? page.send('Fetch.failRequest', { requestId, errorReason: 'BlockedByClient' })
        : page.send('Fetch.fulfillRequest', { requestId, responseCode: 200, ...response(html, policy) });
    isServed = true;
    // a page that has gone meanwhile needs no answer
    answer.catch(() => undefined);
  });
  await page.send('Fetch.enable', { patterns: [{ urlPattern: '*' }] });
  await page.send('Page.enable');
  const { errorText } = await page.send('Page.navigate', { url: ADDRESS });
  if (typeof errorText === 'string') throw new ProgramError('failed', `The page could not be opened: ${errorText}`);
  await loaded.promise;
}

function response(html: Uint8Array, policy: string) {
  const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy };
  return {
    responseHeaders: Object.entries(headers).map(([name, value]) => ({ name, value })),
    body: Buffer.from(html.buffer, html.byteOffset, html.byteLength).toString('base64'),
  };
}

/** Waits for the charts and scripts of the report. Its scripts could say anything; the answer is not used. */
async function drawn(page: DevtoolsTarget): Promise<void> {
  const patience = new AbortController();
  const answer = page.send('Runtime.evaluate', { expression: 'window.reportDrawn?.()', awaitPromise: true });
  await Promise.race([answer, wait(DRAW_MS, undefined, { signal: patience.signal })]).catch(() => undefined);
  patience.abort();
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
