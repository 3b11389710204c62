/**
 * Renders reports on a separate thread: the server answers everything else meanwhile, whatever a notebook has output.
 */
import type { Log } from '../app/context.ts';
import type { ReportService } from '../app/report/report-service.ts';
import type { ReportStep } from '../app/report/report-watch.ts';
import type { WatchOptions } from '../app/run/run-watch.ts';
import { maySeeRun, readRun } from '../app/run/run-read.ts';
import type { Actor } from '../domain/access/access.ts';
import { AppError } from '../domain/error.ts';
import type { RunStore } from '../domain/run/run-store.ts';
import { type ReportHost, type ReportHostOptions, startReportHost } from './report-host.ts';
import { type FromThread, receivedError, type ReportMethod, type ToThread } from './report-message.ts';

/** Number of requests that may wait for the thread; more are refused. */
const MOST_WAITING = 500;
/** After a report has crashed the thread, it is not tried again for this time. */
const REST_MS = 60_000;
const MOST_RESTING = 100;
/** Files of which the log has said already that they cannot be read. */
const MOST_UNREADABLE = 1_000;
/** A thread that ends repeatedly by itself is not restarted at once. */
const RESTART_MS = 1000;

export interface ReportClientOptions extends ReportHostOptions {
  readonly runs: Pick<RunStore, 'find' | 'isShared' | 'subscribe'>;
  readonly log: Log;
  /** Called after each whole report that the thread has delivered. */
  readonly onWhole?: () => void;
}

export interface ReportClient extends ReportService {
  close(): Promise<void>;
}

interface Question {
  readonly method: ReportMethod;
  readonly id: string;
  readonly argument?: unknown;
}

interface Waiting {
  readonly message: Extract<ToThread, { type: 'call' }>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** It was sent to a thread that has ended. */
  tried: boolean;
}

/** The thread starts at once, and again when it has ended. */
export function createReportClient(options: ReportClientOptions): ReportClient {
  const { ask, hosted, close } = createCalls(options);
  // the thread does not know the rules: who may see the report is asked here
  const once = async <T>(actor: Actor, question: Question) => {
    await readRun(options, actor, question.id);
    return (await ask(question).answer) as T;
  };
  const whole = <T>(actor: Actor, question: Question) => once<T>(actor, question).finally(options.onWhole);

  async function* watch(actor: Actor, id: string, { afterSeq, signal }: WatchOptions): AsyncGenerator<ReportStep> {
    await readRun(options, actor, id);
    const { call, answer } = ask({ method: 'watch', id, argument: afterSeq });
    const host = hosted();
    const abort = () => host.send({ type: 'abort', watch: call });
    try {
      await answer;
      signal.addEventListener('abort', abort, { once: true });
      if (signal.aborted) abort();
      for (;;) {
        if (hosted() !== host) throw anew();
        const step = (await ask({ method: 'step', id, argument: call }).answer) as Omit<ReportStep, 'run'> | undefined;
        const run = step === undefined ? undefined : await options.runs.find(id);
        if (step === undefined || run === undefined || !(await maySeeRun(options, actor, run))) return;
        yield { ...step, run };
      }
    } finally {
      signal.removeEventListener('abort', abort);
      host.send({ type: 'leave', watch: call });
    }
  }

  return {
    read: (actor, id, argument) => whole(actor, { method: 'read', id, argument }),
    exportHtml: (actor, id, argument) => whole(actor, { method: 'exportHtml', id, argument }),
    exportPlain: (actor, id, argument) => whole(actor, { method: 'exportPlain', id, argument }),
    exportNotebook: (actor, id) => whole(actor, { method: 'exportNotebook', id }),
    exportFailure: (actor, id) => whole(actor, { method: 'exportFailure', id }),
    exportText: (actor, id, argument) => whole(actor, { method: 'exportText', id, argument }),
    exportFile: (actor, id, argument) => whole(actor, { method: 'exportFile', id, argument }),
    exportPicture: (actor, id) => whole(actor, { method: 'exportPicture', id }),
    listTables: (actor, id) => once(actor, { method: 'listTables', id }),
    watch,
    close,
  };
}

/** Requests to the thread and their answers, also across restarts of the thread. */
function createCalls(options: ReportClientOptions) {
  const { log } = options;
  const waiting = new Map<number, Waiting>();
  const resting = createRests();
  const onUnreadable = createUnreadable(log);
  let calls = 0;
  /** Waiting requests, except those of readers who follow a report. */
  let questions = 0;
  let isClosed = false;
  let startedAt = 0;
  let host = start();

  function start(): ReportHost {
    startedAt = performance.now();
    return startReportHost(options, {
      isBusy: () => waiting.size > 0,
      onAnswer: settle,
      onUnreadable,
      onError: (error) => log.error({ error }, 'The rendering thread failed'),
      onEnd: (id) => {
        if (isClosed) return;
        log.warn({ run: id }, 'The rendering thread was stopped: a report takes too long or too much memory');
        if (id !== '') resting.add(id);
        const wait = Math.max(0, RESTART_MS - (performance.now() - startedAt));
        setTimeout(() => startAnew(id), wait).unref();
      },
    });
  }

  /** The run that the thread was working on is refused for a while; all others are requested again, once. */
  function startAnew(id: string): void {
    if (isClosed) return;
    host = start();
    for (const [call, one] of waiting) {
      if (one.message.id !== id && !one.tried && one.message.method !== 'step') {
        one.tried = true;
        host.send(one.message);
      } else {
        waiting.delete(call);
        one.reject(one.message.id === id ? tooMuch() : anew());
      }
    }
  }

  function settle({ call, value, error }: Extract<FromThread, { type: 'answer' }>): void {
    const one = waiting.get(call);
    waiting.delete(call);
    if (error === undefined) one?.resolve(value);
    else one?.reject(receivedError(error));
  }

  function ask(question: Question): { readonly call: number; readonly answer: Promise<unknown> } {
    if (isClosed) throw new AppError('unavailable', 'The server is stopping.');
    if (resting.has(question.id)) throw tooMuch();
    if (question.method !== 'step' && questions >= MOST_WAITING) throw tooMany();
    const call = (calls += 1);
    const message = { type: 'call', call, ...question } as const;
    const answer = new Promise((resolve, reject) => {
      waiting.set(call, { message, resolve, reject, tried: false });
    });
    host.send(message);
    if (question.method === 'step') return { call, answer };
    questions += 1;
    const counted = answer.finally(() => {
      questions -= 1;
    });
    return { call, answer: counted };
  }

  async function close(): Promise<void> {
    isClosed = true;
    await host.end();
    for (const { reject } of waiting.values()) reject(new AppError('unavailable', 'The server is stopping.'));
    waiting.clear();
  }

  return { ask, hosted: () => host, close };
}

/** Logs each problem once. */
function createUnreadable(log: Log): (problem: string) => void {
  const said = new Set<string>();
  return (problem) => {
    if (said.has(problem) || said.size >= MOST_UNREADABLE) return;
    said.add(problem);
    log.error({ problem }, 'A file of a report cannot be read');
  };
}

/** Runs whose reports are refused for a while. */
function createRests() {
  const until = new Map<string, number>();
  return {
    add(id: string): void {
      for (const oldest of until.keys()) if (until.size >= MOST_RESTING) until.delete(oldest);
      until.set(id, performance.now() + REST_MS);
    },
    has: (id: string) => (until.get(id) ?? 0) > performance.now(),
  };
}

function tooMuch(): AppError {
  return new AppError(
    'unavailable',
    'This report takes too long or too much memory to show. Its downloads are still available.',
    { retryAfterS: 60 },
  );
}

function tooMany(): AppError {
  return new AppError('unavailable', 'Too many reports are requested at once. Try again in a moment.', {
    retryAfterS: 5,
  });
}

function anew(): AppError {
  return new AppError('unavailable', 'Rendering is restarting. Try again in a moment.', {
    retryAfterS: 5,
  });
}
