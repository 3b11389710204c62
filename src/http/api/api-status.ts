/** `/api/v1/status`: kernels, queue and failures as on the operator's page, for programs and `doctor`. */
import { defined } from '../../domain/defined.ts';
import { readStatus } from '../../app/status-read.ts';
import { outcomeSentence, snapshotSentence } from '../../domain/run/run-message.ts';
import { isoTime } from './api-json.ts';
import { StatusSchema } from './api-schema.ts';
import type { App, Site } from '../site.ts';
import { viewerOf } from '../access/viewer.ts';

export function addApiStatus(app: App, site: Site): void {
  const { ctx, urls } = site;
  app.get(
    '/status',
    {
      schema: {
        summary: 'State of the server',
        description: 'For operators.',
        tags: ['status'],
        response: { 200: StatusSchema },
      },
    },
    async (request) => {
      const { ready, problem, kernels, memory, active, failures, withoutSnapshot } = await readStatus(
        ctx,
        viewerOf(site, request).actor,
      );
      return {
        version: ctx.serverVersion,
        ready,
        ...defined({ problem }),
        kernels: {
          ...kernels,
          parents: kernels.parents.map((parent) => ({
            ...parent,
            imports: [...parent.imports],
            ageMs: Math.round(parent.ageMs),
          })),
        },
        runs: active.map(({ id, script, status, createdAtMs, startedAtMs }) => ({
          id,
          script,
          status,
          createdAt: isoTime(createdAtMs),
          ...(startedAtMs === undefined ? {} : { startedAt: isoTime(startedAtMs) }),
          memoryBytes: memory.get(id) ?? 0,
          page: urls.run(id),
        })),
        failures: failures.map(({ id, script, status, createdAtMs, endedAtMs = createdAtMs, outcome }) => ({
          id,
          script,
          status,
          endedAt: isoTime(endedAtMs),
          why: outcome === undefined ? '' : outcomeSentence(outcome),
          page: urls.run(id),
        })),
        withoutSnapshot: withoutSnapshot.map(({ script, problem, atMs }) => ({
          script,
          at: isoTime(atMs),
          why: snapshotSentence(problem),
        })),
      };
    },
  );
}
