/** For machines that watch: `/healthz` (listening), `/readyz` (runs can be taken), `/metrics` (Prometheus). */
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { readinessProblem } from '../app/readiness.ts';
import { UNFINISHED } from '../page/history.ts';
import type { App, Site } from './site.ts';

/** More than this many waiting runs are not counted one by one. */
const COUNT_LIMIT = 1_000;
const ASK_MS = 1_000;

export function addHealth(app: App, site: Site): void {
  const { ctx } = site;
  const readiness = atMostOften(() => readinessProblem(ctx));
  app.get('/healthz', { schema: { hide: true } }, async () => ({ status: 'ok' }));
  app.get('/readyz', { schema: { hide: true } }, async (_request, reply) => {
    const problem = await readiness();
    return problem === undefined ? { status: 'ready' } : reply.code(503).header('retry-after', '2').send({ status: 'not ready', problem });
  });
  const registry = createRegistry(app, site);
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()));
}

/** Anyone may ask, and the answer costs a write: within a second all get the same. */
function atMostOften<T>(ask: () => Promise<T>): () => Promise<T> {
  let askedMs = -Infinity;
  let answer: Promise<T>;
  return () => {
    if (performance.now() - askedMs < ASK_MS) return answer;
    askedMs = performance.now();
    return (answer = ask());
  };
}

function createRegistry(app: App, { ctx }: Site): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'script_runner_runs', help: 'Runs that wait or are under way, by status.', labelNames: ['status'], registers: [registry],
    async collect() {
      const { items } = await ctx.runs.list({ status: UNFINISHED, limit: COUNT_LIMIT });
      for (const status of UNFINISHED) this.set({ status }, items.filter((run) => run.status === status).length);
    },
  });
  new Gauge({
    name: 'script_runner_kernel_ready', help: '1 once a kernel has answered.', registers: [registry],
    collect() { this.set(ctx.kernels.ready() ? 1 : 0); },
  });
  const seconds = new Histogram({
    name: 'script_runner_http_request_seconds', help: 'Time to answer, by route.', labelNames: ['method', 'route', 'status'], registers: [registry],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
  });
  app.addHook('onResponse', async (request, reply) => {
    seconds.observe({ method: request.method, route: request.routeOptions.url ?? 'none', status: reply.statusCode }, reply.elapsedTime / 1_000);
  });
  return registry;
}
