/** Opens one HTML document in a browser, and nothing else: whatever it asks for fails. */
import { setTimeout as wait } from 'node:timers/promises';
import { ProgramError } from '../program.ts';
import type { Devtools, DevtoolsTarget } from './devtools.ts';

export interface ReportView {
  /** The Content-Security-Policy of the document. */
  readonly policy: string;
  /** Of the window, in CSS pixels. */
  readonly width: number;
  readonly height: number;
}

/** Reserved for ever: no such host exists. */
const ADDRESS = 'http://report.invalid/';
/** Scripts of the report draw so long; then it is taken as it is. */
const DRAW_MS = 20_000;

/** Settles when the scripts of the report have drawn. Rejects with a `ProgramError`. */
export async function openReport(
  devtools: Devtools,
  html: Uint8Array,
  { policy, width, height }: ReportView,
): Promise<DevtoolsTarget> {
  const page = await openPage(devtools);
  // charts get the width that they have on paper, and come without the tools for pointers
  await page.send('Emulation.setEmulatedMedia', { media: 'print' });
  await page.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
  await load(page, html, policy);
  await drawn(page);
  return page;
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
