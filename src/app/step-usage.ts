/** Which steps of a script take longest, from its last runs. */
import type { Notebook } from '../domain/notebook/notebook.ts';
import { isFinal, type Run } from '../domain/run/run.ts';
import type { Script } from '../domain/script/script.ts';
import type { AppContext } from './context.ts';
import { readPublished } from './revision/revision-list.ts';

export const STEP_RUNS = 50;
const STEPS = 10;
const SOURCE_CHARS = 120;

export interface StepUsage {
  readonly step: number;
  /** First line of its source that is not empty, cut. */
  readonly source: string;
  /** Half of the runs took no longer for it; and the longest. */
  readonly medianMs: number;
  readonly mostMs: number;
  /** Of the time of all steps, 0 to 1. */
  readonly share: number;
}

/** The slowest first; empty if no run of what is published has ended, or it is broken. `runs`: the newest first. */
export async function slowSteps(
  ctx: AppContext,
  script: Script,
  runs: readonly Run[],
): Promise<{ readonly runs: number; readonly steps: readonly StepUsage[] }> {
  const own = runs.filter(
    ({ revision, status, startedAtMs, deletedAtMs }) =>
      revision === script.revision && isFinal(status) && startedAtMs !== undefined && deletedAtMs === undefined,
  );
  const ids = own.slice(0, STEP_RUNS).map(({ id }) => id);
  const published = ids.length === 0 ? undefined : await readPublished(ctx, script);
  if (published?.script.revision !== script.revision) return { runs: 0, steps: [] };
  const times = await ctx.runs.stepTimes(ids);
  const sources = sourcesOf(published.notebook);
  const all = [...times.values()].flat();
  const totalMs = Math.max(
    1,
    all.reduce((sum, { ms }) => sum + ms, 0),
  );
  const steps = [...Map.groupBy(all, ({ step }) => step)].map(([step, same]): StepUsage => {
    const spans = same.map(({ ms }) => ms).sort((one, other) => one - other);
    return {
      step,
      source: sources[step - 1] ?? '',
      medianMs: spans[Math.floor((spans.length - 1) / 2)] ?? 0,
      mostMs: spans.at(-1) ?? 0,
      share: spans.reduce((sum, ms) => sum + ms, 0) / totalMs,
    };
  });
  const slow = steps.sort((one, other) => other.medianMs - one.medianMs || other.mostMs - one.mostMs);
  return { runs: times.size, steps: slow.slice(0, STEPS) };
}

/** By step: without the cell of another run's values, which those of a run replace. */
function sourcesOf({ cells }: Notebook): string[] {
  const replaced = cells.find(({ tags }) => tags.includes('injected-parameters'));
  return cells
    .filter((cell) => cell.type === 'code' && cell !== replaced)
    .map(({ source }) => (source.split('\n').find((line) => line.trim() !== '') ?? '').trim().slice(0, SOURCE_CHARS));
}
