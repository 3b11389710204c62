/** A reader who looks at reports in a real browser; the page around is the tests' own. */
import { chromium, type Browser, type Frame, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import type { FromFrame, ToFrame } from '../../../src/domain/report/frame-message.ts';
import { foldReport, startReport } from '../../../src/domain/report/report-fold.ts';
import type { Report } from '../../../src/domain/report/report.ts';
import type { RunEvent } from '../../../src/domain/run/run-event.ts';
import type { Json, JsonObject } from '../../../src/domain/text/json.ts';
import { documentText } from '../../render/document-text.ts';
import { exportHtml } from '../../../src/render/export/html.ts';
import { renderPatches } from '../../../src/render/patch.ts';
import { log } from '../../domain/event-log.ts';
import { cell, notebook } from '../../domain/notebook.ts';
import { OPTIONS } from '../../render/options.ts';
import { buildFrame } from './build.ts';
import { CHROMIUM_FLAGS } from '../../chromium.ts';
import { startSite, type ReportSite } from './site.ts';

export const NOTEBOOK = notebook(
  cell('markdown', '# Title\n\n<p id="c1">a trap</p>'),
  cell('code', 'work()'),
  cell('markdown', 'The end.'),
);
/** The code cell runs. */
export const START = foldReport(
  startReport(NOTEBOOK, { title: 'Live', showCode: false }),
  log([{ type: 'cell-started', cell: 1 }]),
);

export function shown(data: Record<string, Json>, metadata: JsonObject = {}): RunEvent {
  return { type: 'output-added', cell: 1, output: { type: 'display', data, metadata } };
}

export function html(source: string, metadata: JsonObject = {}): RunEvent {
  return shown({ 'text/html': source }, metadata);
}

/** The report with these events of its code cell. */
export function after(...events: readonly RunEvent[]): Report {
  return foldReport(START, log(events, 2));
}

export interface FrameReader {
  readonly site: ReportSite;
  /** Of the current test. */
  readonly page: Page;
  /** Settles when the report is connected with the page. */
  open(report: Report): Promise<Frame>;
  /** Opens the report as the file that is downloaded, without network. */
  openFile(report: Report): Promise<Frame>;
  /** Settles when all charts of a report are drawn. */
  drawn(frame: Frame): Promise<void>;
  say(message: ToFrame): Promise<void>;
  heard(): Promise<readonly FromFrame[]>;
  /** Sends the patches for these events and returns the report after them. */
  change(before: Report, ...events: readonly RunEvent[]): Promise<Report>;
}

/** Opens a browser for the tests of the calling `describe`, and a page for each. */
export function useReader(executablePath = ''): FrameReader {
  let browser: Browser | undefined;
  let files: ReadonlyMap<string, Uint8Array>;
  let site: ReportSite | undefined;
  let page: Page;

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath,
      // The pop-up blocker is on, as in a reader's browser.
      ignoreDefaultArgs: ['--disable-popup-blocking'],
      args: CHROMIUM_FLAGS,
    });
    files = await buildFrame();
    site = await startSite(files);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });
  beforeEach(async () => {
    page = await browser!.newPage();
    site!.reached.length = 0;
    site!.sandboxed = true;
  });
  afterEach(() => page.close());

  const say = (message: ToFrame) =>
    page.evaluate((data) => (globalThis as unknown as { say(data: unknown): void }).say(data), message as unknown);
  return {
    get site() {
      return site!;
    },
    get page() {
      return page;
    },
    say,
    async open(report) {
      site!.report = documentText(report, OPTIONS);
      await page.goto(site!.url);
      await page.waitForFunction(() =>
        (globalThis as unknown as { heard: FromFrame[] }).heard.some(({ type }) => type === 'ready'),
      );
      const frame = page.frames().find((each) => each.url().endsWith('/report'));
      if (frame === undefined) throw new Error('the report did not load');
      return frame;
    },
    async openFile(report) {
      const parts = await exportHtml(report, {
        ...OPTIONS,
        bytes: (address) => files.get(address.slice('/assets/'.length)),
      });
      site!.report = [...parts].join('');
      site!.sandboxed = false;
      await page.route(/\/(?!report$)[^/]+$/, (route) => route.abort());
      await page.goto(`${site!.url}/report`);
      return page.mainFrame();
    },
    drawn: (frame) => frame.evaluate(() => (globalThis as unknown as { reportDrawn(): Promise<void> }).reportDrawn()),
    heard: () => page.evaluate(() => (globalThis as unknown as { heard: FromFrame[] }).heard),
    async change(before, ...events) {
      const changed = foldReport(before, log(events, before.seq + 1));
      await say({ type: 'patches', patches: renderPatches(before, changed, OPTIONS) });
      return changed;
    },
  };
}
