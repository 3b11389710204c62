/**
 * `npm run trace`: where the time of a click goes. Runs the server in this process, with clocks around its ports,
 * clicks the notebook of five cells with a value, and prints the timeline of the click whose first output took the
 * median time.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { AppContext } from '../src/app/context.ts';
import { compose } from '../src/compose/compose.ts';
import { readConfig } from '../src/config/config.ts';
import type { Kernel, KernelSupplier } from '../src/domain/kernel/kernel.ts';
import type { RunStore } from '../src/domain/run/run-store.ts';
import { createHttp } from '../src/http/server.ts';
import { createWorker } from '../src/worker/run-worker.ts';
import { digits } from './finding.ts';
import { clickRun } from './follow.ts';
import { fiveCells, notebookText } from './notebook.ts';
import { preparePeers } from './peer.ts';
import { endWithThisProcess } from './reaper.ts';
import { waitUntilReady } from './server.ts';
import { serveOnProcessors, type TracedClick, type TracedServer } from './trace-processor.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string' },
    plain: { type: 'boolean' },
    whole: { type: 'boolean' },
    processors: { type: 'boolean' },
  },
});
const rounds = Number(values.rounds ?? 15);
const isWhole = values.whole === true;
/** Time for the next kernel to become ready, and for the disk to catch up. */
const REST_MS = 2_500;
const WARM_UP = 3;
const NAME_CHARS = 46;
const BAR_CHARS = 50;

/** A piece of work, in milliseconds of this process's clock; without an end: a moment. */
interface Span {
  readonly what: string;
  readonly beginMs: number;
  endMs?: number;
}

/** The spans of the current click. */
let spans: Span[] = [];

function moment(what: string): void {
  spans.push({ what, beginMs: performance.now() });
}

async function span<T>(what: string, work: () => Promise<T>): Promise<T> {
  const one: Span = { what, beginMs: performance.now() };
  spans.push(one);
  try {
    return await work();
  } finally {
    one.endMs = performance.now();
  }
}

function tracedRuns(runs: RunStore): RunStore {
  return {
    ...runs,
    create: (...given) => span('store: the run is queued (commit)', () => runs.create(...given)),
    claim: (...given) => span('store: a worker claims it (commit)', () => runs.claim(...given)),
    append: (id, attempt, events, atMs) =>
      span(`store: ${events.map(({ type }) => type).join(', ')} (commit)`, () =>
        runs.append(id, attempt, events, atMs),
      ),
    events: (...given) => span('store: events are read for a reader', () => runs.events(...given)),
  };
}

function tracedKernels(kernels: KernelSupplier): KernelSupplier {
  return {
    ...kernels,
    acquire: async (request, signal) => {
      const kernel = await span('kernel: a waiting one is given to the run', () => kernels.acquire(request, signal));
      moment(`kernel: it has executed ${kernel.executed?.size ?? 0} cells`);
      return tracedKernel(kernel);
    },
  };
}

function tracedKernel(kernel: Kernel): Kernel {
  let cell = 0;
  const { endProgram, executeAfter } = kernel;
  return {
    ...kernel,
    ...(endProgram && {
      endProgram: (options) => span('kernel: the program ends', () => endProgram(options)),
    }),
    ...(executeAfter && {
      executeAfter: (code, options) => {
        const what = `kernel: request ${++cell}`;
        moment(`${what}, sent ahead`);
        const onMessage: typeof options.onMessage = (message) => {
          moment(`${what}: ${message.type}`);
          return options.onMessage(message);
        };
        const begin = () => {
          moment(`${what}: it begins`);
          options.onBegin?.();
        };
        return executeAfter(code, { ...options, onMessage, onBegin: begin });
      },
    }),
    kill: () => span('kernel: it is killed', kernel.kill),
    execute: (code, options) => {
      const what = `kernel: request ${++cell}`;
      return span(what, () =>
        kernel.execute(code, {
          ...options,
          onMessage: (message) => {
            moment(`${what}: ${message.type}`);
            return options.onMessage(message);
          },
        }),
      );
    },
  };
}

async function click(url: string, script: string, parameters: Readonly<Record<string, unknown>>): Promise<TracedClick> {
  spans = [];
  const beginMs = performance.now();
  const { firstMs, wholeMs } = await clickRun(url, script, parameters);
  const shownMs = isWhole ? wholeMs : firstMs;
  const all = [...spans, { what: 'reader: the first output arrives', beginMs: beginMs + firstMs }];
  return { shownMs, timeline: timeline(all, beginMs, shownMs) };
}

/** One line for each span that began before the end of what is shown. */
function timeline(all: readonly Span[], beginMs: number, shownMs: number): string {
  return all
    .map(({ what, beginMs: begin, endMs = begin }) => ({ what, from: begin - beginMs, to: endMs - beginMs }))
    .filter(({ from }) => from <= shownMs)
    .sort((one, other) => one.from - other.from)
    .map(({ what, from, to }) => {
      const [at, end] = [from, Math.min(to, shownMs)].map((ms) => Math.round((ms / shownMs) * BAR_CHARS));
      const bar = `${' '.repeat(at!)}${'█'.repeat(Math.max(1, end! - at!))}`;
      const name = what.length > NAME_CHARS ? `${what.slice(0, NAME_CHARS - 1)}…` : what.padEnd(NAME_CHARS);
      return `${digits(from).padStart(6)} ${digits(to - from).padStart(6)}  ${name} ${bar}`;
    })
    .join('\n');
}

async function serve(folder: string, python: string): Promise<TracedServer> {
  const config = readConfig({
    target: folder,
    flags: { data: join(folder, 'data'), python, pool: '2', port: '0' },
  });
  const log: AppContext['log'] = { info: () => {}, warn: console.error, error: console.error };
  const composed = await compose(config, { log, say: () => {}, watch: true });
  const ctx: AppContext = {
    ...composed.ctx,
    runs: tracedRuns(composed.ctx.runs),
    kernels: tracedKernels(composed.ctx.kernels),
  };
  const http = await createHttp(ctx, {
    basePath: '',
    operatorTokens: composed.access.operatorTokens,
    allowedHosts: [],
    trustedProxies: [],
    assetsDirectory: join(import.meta.dirname, '../dist/assets'),
  });
  http.server.on('request', ({ method, url = '' }, response) => {
    const what = `http: ${method} ${url.split('/').slice(0, 4).join('/')}`;
    moment(`${what} arrives`);
    response.once('finish', () => moment(`${what} is answered`));
  });
  const worker = createWorker(ctx);
  const url = await http.listen({ host: '127.0.0.1', port: 0 });
  worker.start();
  const close = async () => {
    await worker.stop(0);
    await http.close();
    await composed.close();
  };
  return { url, click: (script, parameters) => click(url, script, parameters), close };
}

const folder = await mkdtemp(join(tmpdir(), 'script-runner-trace-'));
endWithThisProcess(folder);
await mkdir(join(folder, 'scripts'));
await writeFile(join(folder, 'scripts/five.ipynb'), fiveCells());
await writeFile(join(folder, 'scripts/plain.ipynb'), notebookText([{ code: 'print("first")' }]));
const { python } = await preparePeers((line) => console.error(line));
const server = await (values.processors === true ? serveOnProcessors(folder, python, isWhole) : serve(folder, python));
try {
  await waitUntilReady(server.url);
  const all: TracedClick[] = [];
  for (let round = -WARM_UP; round < rounds; round++) {
    await wait(REST_MS);
    const traced = await (values.plain === true
      ? server.click('plain', {})
      : server.click('five', { rows: 1_000_000 + round }));
    if (round >= 0) all.push(traced);
  }
  const median = all.toSorted((one, other) => one.shownMs - other.shownMs)[Math.floor(all.length / 2)]!;
  console.log(median.timeline);
  console.log(
    `\nThe click of the median, of ${all.length}: ${digits(median.shownMs)} ms. Milliseconds: begin, duration. Load average: ${loadavg()[0]}`,
  );
} finally {
  await server.close();
  await rm(folder, { recursive: true, force: true });
}
