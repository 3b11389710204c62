/**
 * The rendering thread: it reads the data folder itself, so that only ids go in and finished bytes come out, and the
 * server's thread stays free to answer.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { OPERATOR } from '../domain/access/access.ts';
import { createReportService, type ReportService } from '../app/report/report-service.ts';
import type { ReportStep } from '../app/report/report-watch.ts';
import { readStoredScript } from '../files/script-stored.ts';
import { readAssets } from '../http/asset.ts';
import { reportPlaces } from '../http/report/report-place.ts';
import { languages } from '../language/all.ts';
import { createUrls } from '../page/urls.ts';
import { openReader, type StoreReader } from '../store/open-reader.ts';
import { createNotifier } from '../store/notifier.ts';
import { type FromThread, markRun, type ReportThreadData, sentError, type ToThread } from './report-message.ts';
import { createMemoryRelease } from './memory.ts';
import { createTimeLimit } from './time-limit.ts';

type Call = Extract<ToThread, { type: 'call' }>;

const PART_MS = 1000;
const TOTAL_MS = 5000;
/** Memory used by a report that is not worth keeping until the thread is idle. */
const LARGE_REPORT_BYTES = 100_000_000;

const port = parentPort!;
const { directory, database, blobs, basePath, assetsDirectory, current } = workerData as ReportThreadData;
const wake = createNotifier();
const watches = new Map<number, { readonly steps: AsyncGenerator<ReportStep>; readonly left: AbortController }>();
const service = createService(await openReader(directory, { notifier: wake, blobs, url: database }));
const release = createMemoryRelease({ atOnceBytes: LARGE_REPORT_BYTES });

function send(message: FromThread, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

function createService(reader: StoreReader): ReportService {
  const urls = createUrls(basePath);
  const { rendering, bytes } = reportPlaces(readAssets(assetsDirectory, urls), urls);
  const limit = (id: string) => () => {
    const attempt = createTimeLimit({ partMs: PART_MS, totalMs: TOTAL_MS });
    // others may have been drawn in between
    return <T>(part: () => T) => {
      markRun(current, id);
      return attempt(part);
    };
  };
  const ctx = {
    blobs: reader.blobs,
    scripts: readStoredScript(languages()),
    runs: announced(reader.runs),
    onUnreadable: (problem: string) => send({ type: 'unreadable', problem }),
  };
  return createReportService(ctx, { rendering: (id) => ({ ...rendering(id), limit: limit(id) }), bytes });
}

/** The server's thread is told which run is being worked on, and which runs to notify this one about. */
function announced({ events, subscribe, ...runs }: StoreReader['runs']): StoreReader['runs'] {
  return {
    ...runs,
    async events(id, afterSeq, limit) {
      markRun(current, id);
      const found = await events(id, afterSeq, limit);
      markRun(current, id);
      return found;
    },
    subscribe(id, listener) {
      const unsubscribe = subscribe(id, listener);
      send({ type: 'subscribe', id });
      return () => {
        unsubscribe();
        send({ type: 'unsubscribe', id });
      };
    },
  };
}

/** The server's thread has asked who may see the report. */
async function answer(request: Call): Promise<unknown> {
  const { call, method, id } = request;
  switch (method) {
    case 'read':
      return service.read(OPERATOR, id, request.argument as Parameters<ReportService['read']>[2]);
    case 'exportHtml':
      return service.exportHtml(OPERATOR, id, request.argument as Parameters<ReportService['exportHtml']>[2]);
    case 'exportPlain':
      return service.exportPlain(OPERATOR, id, request.argument as Parameters<ReportService['exportPlain']>[2]);
    case 'exportNotebook':
      return service.exportNotebook(OPERATOR, id);
    case 'exportFailure':
      return service.exportFailure(OPERATOR, id);
    case 'exportText':
      return service.exportText(OPERATOR, id, request.argument as number);
    case 'exportFile':
      return service.exportFile(OPERATOR, id, request.argument as string);
    case 'exportPicture':
      return service.exportPicture(OPERATOR, id);
    case 'listTables':
      return service.listTables(OPERATOR, id);
    case 'watch': {
      const left = new AbortController();
      const steps = service.watch(OPERATOR, id, { afterSeq: request.argument as number, signal: left.signal });
      watches.set(call, { steps, left });
      return undefined;
    }
    case 'step': {
      const watched = watches.get(request.argument as number);
      const { value, done = false } = (await watched?.steps.next()) ?? { done: true };
      if (done) watches.delete(request.argument as number);
      if (done || value === undefined) return undefined;
      // the server's thread reads the run's row itself
      const { run: _run, ...step } = value;
      return step;
    }
  }
}

async function handle(request: Call): Promise<void> {
  const { call } = request;
  try {
    const value = await answer(request);
    const bytes = value instanceof Uint8Array ? value : (value as { html?: unknown } | undefined)?.html;
    send({ type: 'answer', call, value }, bytes instanceof Uint8Array ? [bytes.buffer as ArrayBuffer] : []);
  } catch (error) {
    send({ type: 'answer', call, error: sentError(error) });
  } finally {
    release();
  }
}

function leave(watch: number): void {
  const watched = watches.get(watch);
  watches.delete(watch);
  watched?.left.abort();
  void watched?.steps.return(undefined).catch(() => undefined);
}

port.on('message', (message: ToThread) => {
  switch (message.type) {
    case 'call':
      return void handle(message);
    case 'abort':
      return watches.get(message.watch)?.left.abort();
    case 'leave':
      return leave(message.watch);
    case 'wake':
      return wake.notify(message.id);
    case 'ping':
      return send({ type: 'pong' });
  }
});
send({ type: 'ready' });
