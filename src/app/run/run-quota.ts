/** The quotas that count for a run, before it is requested. */
import { LRUCache } from 'lru-cache';
import { LOCAL, type Actor } from '../../domain/access/access.ts';
import type { AppError } from '../../domain/error.ts';
import { type QuotaRule, quotasOf } from '../../domain/quota/quota-rule.ts';
import {
  keptRefusal,
  type QuotaClock,
  quotaNote,
  quotaRefusal,
  type QuotaState,
  type QuotaUse,
} from '../../domain/quota/quota-use.ts';
import type { AppContext } from '../context.ts';

type Context = Pick<AppContext, 'limits' | 'runs'>;

/** To sum the reports of somebody takes long where there are many; deleting some counts after this time. */
const KEPT_MS = 20_000;
const MOST_KEPT = 1000;
const kept = new WeakMap<AppContext['runs'], LRUCache<string, Promise<number>>>();

/** Those that count for the actor; none for the command line on the server's own machine. */
export function actorQuotas(
  { limits }: Pick<AppContext, 'limits'>,
  actor: Actor,
  script: string,
): readonly QuotaRule[] {
  return actor.id === LOCAL.id ? [] : quotasOf(limits.quotas ?? [], actor.person, script);
}

/** `limited` if what the actor keeps is more than a rule allows. */
export async function keptProblem(
  { runs }: Context,
  actor: Actor,
  rules: readonly QuotaRule[],
): Promise<AppError | undefined> {
  const all = rules.filter(({ keptBytes }) => keptBytes !== undefined);
  const refusals = await Promise.all(all.map(async (rule) => keptRefusal(rule, await keptBytes(runs, actor.id, rule))));
  return refusals.find((refusal) => refusal !== undefined);
}

async function keptBytes(runs: AppContext['runs'], by: string, rule: QuotaRule): Promise<number> {
  const known = kept.get(runs) ?? new LRUCache<string, Promise<number>>({ max: MOST_KEPT, ttl: KEPT_MS });
  kept.set(runs, known);
  const key = JSON.stringify([rule.isTogether ? rule.who : by, rule.place]);
  const bytes = known.get(key) ?? runs.keptBytes(by, rule);
  known.set(key, bytes);
  bytes.catch(() => known.delete(key));
  return bytes;
}

export interface QuotaCount extends QuotaUse {
  /** Undefined: the rule does not limit it. */
  readonly keptBytes: number | undefined;
}

/** How much of each quota is used that counts for the actor and the script. */
export async function countQuotas(ctx: Context, actor: Actor, script: string, nowMs: number): Promise<QuotaCount[]> {
  const uses = await ctx.runs.quotaUse(actor.id, actorQuotas(ctx, actor, script), nowMs);
  return Promise.all(
    uses.map(async (use) => ({
      ...use,
      keptBytes: use.rule.keptBytes === undefined ? undefined : await keptBytes(ctx.runs, actor.id, use.rule),
    })),
  );
}

/** For the script's page. */
export async function quotaState(ctx: Context, actor: Actor, script: string, clock: QuotaClock): Promise<QuotaState> {
  const rules = actorQuotas(ctx, actor, script);
  if (rules.length === 0) return { off: '', note: '' };
  const [uses, problem] = await Promise.all([
    ctx.runs.quotaUse(actor.id, rules, clock.nowMs),
    keptProblem(ctx, actor, rules),
  ]);
  const refusal = quotaRefusal(uses, clock) ?? problem;
  return { off: refusal?.message ?? '', note: refusal === undefined ? quotaNote(uses, clock) : '' };
}
