/** The content of `/metrics`, for Prometheus; `docs/metrics.md` explains each name. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { KernelStatus } from '../domain/kernel/kernel.ts';
import { UNFINISHED } from '../domain/run/run.ts';
import type { AppContext } from '../app/context.ts';
import type { App, Site } from './site.ts';

/** If more than this many runs wait, they are not counted exactly. */
const COUNT_LIMIT = 1_000;
const START_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
const WAIT_SECONDS = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600];
const HTTP_SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];

/** What does not depend on requests: also of a process that serves no pages. */
export function createRunMetrics(ctx: AppContext): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  addRuns(registry, ctx);
  addKernels(registry, ctx);
  addPages(registry, ctx);
  return registry;
}

export function createMetrics(app: App, { ctx }: Site): Registry {
  const registry = createRunMetrics(ctx);
  const seconds = new Histogram({
    name: 'script_runner_http_request_seconds',
    help: 'Time until the answer, by route.',
    labelNames: ['method', 'route', 'status'],
    registers: [registry],
    buckets: HTTP_SECONDS,
  });
  app.addHook('onResponse', async (request, reply) => {
    seconds.observe(
      { method: request.method, route: request.routeOptions.url ?? 'none', status: reply.statusCode },
      reply.elapsedTime / 1_000,
    );
  });
  return registry;
}

function addRuns(registry: Registry, ctx: AppContext): void {
  const registers = [registry];
  new Gauge({
    name: 'script_runner_runs',
    help: 'Runs that wait or run, by status.',
    labelNames: ['status'],
    registers,
    async collect() {
      const { items } = await ctx.runs.list({ status: UNFINISHED, limit: COUNT_LIMIT });
      for (const status of UNFINISHED) this.set({ status }, items.filter((run) => run.status === status).length);
    },
  });
  new Gauge({
    name: 'script_runner_runs_unplaced',
    help: 'Waiting runs that no connected worker can execute, by what they wait for.',
    labelNames: ['reason'],
    registers,
    async collect() {
      this.reset();
      for (const [reason, count] of await ctx.runs.unplaced()) this.set({ reason }, count);
    },
  });
  const wait = new Histogram({
    name: 'script_runner_run_wait_seconds',
    help: 'Time that runs waited in the queue.',
    registers,
    buckets: WAIT_SECONDS,
  });
  const finished = new Counter({
    name: 'script_runner_runs_finished_total',
    help: 'Runs that ended, by outcome.',
    labelNames: ['outcome'],
    registers,
  });
  const start = new Histogram({
    name: 'script_runner_kernel_start_seconds',
    help: 'Time until the kernel of a run answered, by supply.',
    labelNames: ['supply'],
    registers,
    buckets: START_SECONDS,
  });
  const supplied = new Counter({
    name: 'script_runner_kernels_supplied_total',
    help: 'Kernels given to runs, by supply.',
    labelNames: ['supply'],
    registers,
  });
  ctx.facts?.listen((fact) => {
    if (fact.type === 'started') wait.observe(fact.waitMs / 1_000);
    if (fact.type === 'finished') finished.inc({ outcome: fact.outcome });
    if (fact.type === 'kernel-ready') {
      start.observe({ supply: fact.supply }, fact.ms / 1_000);
      supplied.inc({ supply: fact.supply });
    }
  });
}

function addKernels(registry: Registry, ctx: AppContext): void {
  const registers = [registry];
  new Gauge({
    name: 'script_runner_kernel_ready',
    help: '1 once a kernel has answered.',
    registers,
    collect() {
      this.set(ctx.kernels.ready() ? 1 : 0);
    },
  });
  const status = sharedStatus(ctx);
  new Gauge({
    name: 'script_runner_kernel_parents_memory_bytes',
    help: 'Memory of all fork servers and snapshots, shared pages divided.',
    registers,
    async collect() {
      this.set((await status())?.parents.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0) ?? 0);
    },
  });
  new Gauge({
    name: 'script_runner_kernel_parents',
    help: 'Fork servers and snapshots.',
    registers,
    async collect() {
      this.set((await status())?.parents.length ?? 0);
    },
  });
  new Gauge({
    name: 'script_runner_kernels',
    help: 'Kernels, by state.',
    labelNames: ['state'],
    registers,
    async collect() {
      const { running = 0, waiting = 0 } = (await status()) ?? {};
      this.set({ state: 'running' }, running);
      this.set({ state: 'waiting' }, waiting);
    },
  });
  new Gauge({
    name: 'script_runner_kernels_waiting',
    help: 'Kernels that wait for a run, by reason: an open page, or earlier runs.',
    labelNames: ['reason'],
    registers,
    async collect() {
      const { waiting = 0, expected } = (await status()) ?? {};
      this.set({ reason: 'page' }, expected?.waiting ?? 0);
      this.set({ reason: 'runs' }, waiting - (expected?.waiting ?? 0));
    },
  });
  new Counter({
    name: 'script_runner_kernels_expected_total',
    help: 'Runs of scripts with an open page: hit, a kernel with all they need waited; miss, none did.',
    labelNames: ['result'],
    registers,
    async collect() {
      const { hits = 0, misses = 0 } = (await status())?.expected ?? {};
      this.reset();
      this.inc({ result: 'hit' }, hits);
      this.inc({ result: 'miss' }, misses);
    },
  });
}

function addPages(registry: Registry, { interests }: AppContext): void {
  const registers = [registry];
  new Gauge({
    name: 'script_runner_kernels_page_limit',
    help: 'How many kernels may wait for visitors who have the page of a script open.',
    registers,
    collect() {
      this.set(interests?.state().most ?? 0);
    },
  });
  new Gauge({
    name: 'script_runner_page_visitors',
    help: 'Visitors who have the page of a script open.',
    registers,
    collect() {
      this.set(interests?.state().visitors ?? 0);
    },
  });
}

/** Asked once for all that is collected at the same time. */
function sharedStatus({ kernels }: AppContext): () => Promise<KernelStatus | undefined> {
  let asked: Promise<KernelStatus | undefined> | undefined;
  return () =>
    (asked ??= Promise.resolve(kernels.status?.()).finally(() => {
      asked = undefined;
    }));
}
