/** Counts what quotas limit. */
import { setImmediate as otherWork } from 'node:timers/promises';
import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely';
import type { NewRun, QuotaStore } from '../domain/run/run-store.ts';
import { isOfSome, memberName, type QuotaRule } from '../domain/quota/quota-rule.ts';
import { QUOTA_DAY_MS, quotaRefusal, type QuotaUse } from '../domain/quota/quota-use.ts';
import type { Engine } from './engine/engine.ts';
import type { Tables } from './schema.ts';

/** Runs that are summed without a break; SQLite lets nothing else happen meanwhile. */
const WINDOW = 50_000;

export function quotaStore({ engine }: { readonly engine: Engine }): QuotaStore {
  return {
    quotaUse: (by, rules, nowMs) => Promise.all(rules.map((rule) => readUse(engine.db, by, rule, nowMs))),
    async keptBytes(by, rule) {
      const newest = await engine.db
        .selectFrom('runs')
        .select(({ fn }) => fn.max('number').as('number'))
        .executeTakeFirst();
      let bytes = 0;
      for (let after = 0; after < Number(newest?.number ?? 0); after += WINDOW) {
        bytes += await readKept(engine.db, sql`number > ${after} and number <= ${after + WINDOW} ${scope(by, rule)}`);
        await otherWork();
      }
      return bytes;
    },
  };
}

async function readKept(db: Kysely<Tables>, condition: RawBuilder<unknown>): Promise<number> {
  const { rows } = await sql<{ bytes: number }>`
    with own as materialized (select number, log_bytes from runs where deleted_at_ms is null and ${condition})
    select (select coalesce(sum(log_bytes), 0) from own)
      + (select coalesce(sum(run_blobs.size_bytes), 0) from own join run_blobs on run_blobs.run_number = own.number)
      as bytes`.execute(db);
  return Number(rows[0]?.bytes ?? 0);
}

/**
 * Throws `limited` if the quotas allow no further run. Submissions that share one wait for one another until the
 * transaction ends; those of one user need `lockUser`.
 */
export async function checkQuotas(
  engine: Engine,
  db: Transaction<Tables>,
  { by, quotas = [], timezone }: NewRun,
  nowMs: number,
): Promise<void> {
  const shared = quotas.filter(({ isTogether }) => isTogether).map(({ place }) => place);
  // always in the same order: none waits for another that waits for it
  for (const place of [...new Set(shared)].toSorted()) await engine.lock(db, `quota ${place}`);
  const uses: QuotaUse[] = [];
  for (const rule of quotas) uses.push(await readUse(db, by, rule, nowMs));
  const refusal = quotaRefusal(uses, { nowMs, timezone });
  if (refusal !== undefined) throw refusal;
}

async function readUse(db: Kysely<Tables>, by: string, rule: QuotaRule, nowMs: number): Promise<QuotaUse> {
  const within = scope(by, rule);
  const sinceMs = nowMs - QUOTA_DAY_MS;
  const taken = sql`case when started_at_ms is null then 0 else coalesce(ended_at_ms, ${nowMs}) - started_at_ms end`;
  const { rows } = await sql<Record<'at_once' | 'runs' | 'time' | 'first', number | null>>`
    with active as materialized (
      select submitted_by, script, quota_members from runs where status in ('queued', 'starting', 'running'))
    select
      (select count(*) from active where true ${within}) as at_once,
      count(*) as runs, coalesce(sum(${taken}), 0) as time, min(created_at_ms) as first
    from runs where created_at_ms > ${sinceMs} ${within}`.execute(db);
  const found = rows[0];
  const [runs, timeMs] = [Number(found?.runs ?? 0), Number(found?.time ?? 0)];
  const later = (atMs: number | undefined) => (atMs === undefined ? undefined : atMs + QUOTA_DAY_MS);
  const newest = sql`from runs where created_at_ms > ${sinceMs} ${within}`;
  const readAt = async (query: RawBuilder<{ at: number | null }>) => {
    const at = (await query.execute(db)).rows[0]?.at;
    // none: it allows nothing at all
    return later(Number(at ?? nowMs));
  };
  return {
    rule,
    atOnce: Number(found?.at_once ?? 0),
    runs,
    timeMs,
    lessAtMs: found?.first == null ? undefined : later(Number(found.first)),
    runsFreeAtMs:
      rule.runs === undefined || runs < rule.runs
        ? undefined
        : await readAt(
            sql`select created_at_ms as at ${newest} order by created_at_ms desc limit 1 offset ${Math.max(0, rule.runs - 1)}`,
          ),
    timeFreeAtMs:
      rule.timeMs === undefined || timeMs < rule.timeMs
        ? undefined
        : await readAt(sql`select max(created_at_ms) as at from (
            select created_at_ms, sum(${taken}) over (order by created_at_ms desc, number desc) as total ${newest}
          ) as totals where total >= ${rule.timeMs}`),
  };
}

/** A JSON text has no line feed, and no quotation mark without a backslash: no name is found in another. */
export function membersText(members: readonly string[] = []): string | null {
  return members.length === 0 ? null : members.map((name) => JSON.stringify(name)).join('\n');
}

function scope(by: string, rule: QuotaRule): RawBuilder<unknown> {
  const { place, who, isTogether } = rule;
  const own = isTogether ? sql`` : sql`and submitted_by = ${by}`;
  // the engines name the function that finds a text in a text differently
  const members = who.map(
    (each) => sql`replace(quota_members, ${JSON.stringify(memberName(each))}, '') <> quota_members`,
  );
  const some = isOfSome(rule) ? sql`and quota_members is not null and (${sql.join(members, sql` or `)})` : sql``;
  const inside = `${place}/`;
  const there = place === '' ? sql`` : sql`and (script = ${place} or substr(script, 1, ${inside.length}) = ${inside})`;
  return sql`${own} ${some} ${there}`;
}
