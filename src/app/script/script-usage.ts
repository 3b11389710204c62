/** How a script is used: its last runs, who ran it, how long they took, and where they failed. For its author. */
import type { Actor } from '../../domain/access/access.ts';
import type { Outcome, Run } from '../../domain/run/run.ts';
import { namesOf, type Script } from '../../domain/script/script.ts';
import { defined } from '../../domain/defined.ts';
import type { AppContext } from '../context.ts';
import { mayReadRun } from '../run/run-read.ts';
import { findScript } from './script-find.ts';
import { slowSteps, type StepUsage } from '../step-usage.ts';

/** Only the last runs count, so that a long history costs no more than a short one. */
export const USAGE_RUNS = 500;

export interface Failure {
  /** Of the step that failed; undefined: the run as a whole. */
  readonly step?: number;
  readonly type: Outcome['type'];
  /** Name of the exception. */
  readonly name?: string;
  readonly count: number;
  /** The newest that the author may see. */
  readonly run?: Run;
}

export interface ScriptUsage {
  readonly script: Script;
  /** The newest first; more than `USAGE_RUNS` are not counted. */
  readonly runs: readonly Run[];
  readonly hasMore: boolean;
  /** Ids of those who ran it, with the number of their runs, the most active first. */
  readonly people: readonly { readonly by: string; readonly count: number }[];
  readonly succeeded: number;
  /** Runs that ended otherwise than well, without those that somebody cancelled. */
  readonly failed: number;
  /** The most frequent first. */
  readonly failures: readonly Failure[];
  /** Half of the successful runs took no longer, and nineteen of twenty; undefined: there are none. */
  readonly medianMs?: number;
  readonly slowMs?: number;
  /** The slowest steps of what is published, in the last of its runs: their number, and the steps. */
  readonly slow: { readonly runs: number; readonly steps: readonly StepUsage[] };
}

/** For authors only. Throws `not-found` and `forbidden`. */
export async function readUsage(ctx: AppContext, actor: Actor, name: string): Promise<ScriptUsage> {
  const script = await findScript(ctx, actor, name, 'author-script');
  const page = await ctx.runs.list({ script: namesOf(script), withDeleted: true, limit: USAGE_RUNS });
  const { items: runs, next } = page;
  const people = [...Map.groupBy(runs, ({ by }) => by)].map(([by, own]) => ({ by, count: own.length }));
  const good = runs.filter(({ status }) => status === 'succeeded');
  const spans = good.flatMap((run) => tookMs(run) ?? []).sort((one, other) => one - other);
  const bad = runs.filter(({ outcome }) => outcome !== undefined && !['succeeded', 'cancelled'].includes(outcome.type));
  return {
    script,
    runs,
    hasMore: next !== undefined,
    people: people.sort((one, other) => other.count - one.count),
    succeeded: good.length,
    failed: bad.length,
    failures: failuresOf(bad, (run) => mayReadRun(actor, run)),
    slow: await slowSteps(ctx, script, runs),
    ...(spans.length === 0 ? {} : { medianMs: rank(spans, 0.5), slowMs: rank(spans, 0.95) }),
  };
}

/** From start to end; undefined for a run without both. */
export function tookMs({ startedAtMs, endedAtMs }: Run): number | undefined {
  return startedAtMs === undefined || endedAtMs === undefined ? undefined : Math.max(0, endedAtMs - startedAtMs);
}

function failuresOf(runs: readonly Run[], isShown: (run: Run) => boolean): readonly Failure[] {
  const groups = Map.groupBy(runs, ({ outcome }) => JSON.stringify(placeOf(outcome)));
  return [...groups.values()]
    .flatMap((own) => {
      const [run] = own;
      if (run === undefined) return [];
      return [{ ...placeOf(run.outcome), count: own.length, ...defined({ run: own.find(isShown) }) }];
    })
    .sort((one, other) => other.count - one.count);
}

function placeOf(outcome: Outcome | undefined): Pick<Failure, 'step' | 'type' | 'name'> {
  const { type } = outcome ?? { type: 'lost' as const };
  const step = outcome !== undefined && 'step' in outcome ? outcome.step : undefined;
  const name = outcome?.type === 'failed' ? outcome.exception?.name : undefined;
  return { type, ...(step === undefined ? {} : { step }), ...(name === undefined ? {} : { name }) };
}

function rank(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
