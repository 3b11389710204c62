/** For monitoring: `/healthz` (listening), `/readyz` (runs are accepted), `/metrics` (Prometheus). */
import { readinessProblem } from '../app/readiness.ts';
import { readingText } from '../domain/script/script-reading.ts';
import { createMetrics } from './metrics.ts';
import type { App, Site } from './site.ts';

const ASK_MS = 1_000;

export function addHealth(app: App, site: Site): void {
  const { ctx } = site;
  const readiness = atMostOften(() => readinessProblem(ctx));
  app.get('/healthz', { schema: { hide: true } }, async () => ({ status: 'ok' }));
  app.get('/readyz', { schema: { hide: true } }, async (_request, reply) => {
    const problem = await readiness();
    const reading = ctx.scripts.reading?.();
    const detail = reading === undefined ? {} : { detail: readingText(reading) };
    return problem === undefined
      ? { status: 'ready', ...detail }
      : reply
          .code(503)
          .header('retry-after', '2')
          .send({ status: 'not ready', problem, ...detail });
  });
  const registry = createMetrics(app, site);
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
}

/** Anyone may ask, and the answer costs a write: within one second, all requests get the same answer. */
function atMostOften<T>(ask: () => Promise<T>): () => Promise<T> {
  let askedMs = -Infinity;
  let answer: Promise<T>;
  return () => {
    if (performance.now() - askedMs < ASK_MS) return answer;
    askedMs = performance.now();
    return (answer = ask());
  };
}
