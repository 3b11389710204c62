/** Quotas as the API writes them. */
import type { Static } from '@fastify/type-provider-typebox';
import type { QuotaCount } from '../../app/run/run-quota.ts';
import { defined } from '../../domain/defined.ts';
import { isoTime } from './api-json.ts';
import type { QuotaSchema } from './api-quota-schema.ts';

export function quotaJson(count: QuotaCount): Static<typeof QuotaSchema> {
  const { rule, keptBytes = 0 } = count;
  const nextAt = (atMs: number | undefined) => defined({ nextAt: atMs === undefined ? undefined : isoTime(atMs) });
  return {
    scripts: rule.place === '' ? '*' : rule.place,
    together: rule.isTogether,
    ...(rule.atOnce === undefined ? {} : { atOnce: { most: rule.atOnce, used: count.atOnce } }),
    ...(rule.runs === undefined
      ? {}
      : { reports: { most: rule.runs, used: count.runs, ...nextAt(count.runsFreeAtMs) } }),
    ...(rule.timeMs === undefined
      ? {}
      : { seconds: { most: seconds(rule.timeMs), used: seconds(count.timeMs), ...nextAt(count.timeFreeAtMs) } }),
    ...(rule.keptBytes === undefined ? {} : { keptBytes: { most: rule.keptBytes, used: keptBytes } }),
  };
}

function seconds(ms: number): number {
  return Math.round(ms / 1000);
}
