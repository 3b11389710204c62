/** Follow a report as patches of its document, and the run beside it. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Actor } from '../domain/access.ts';
import { foldReport } from '../domain/report-fold.ts';
import type { ReportPatch } from '../domain/report.ts';
import type { Run } from '../domain/run.ts';
import type { RenderOptions } from '../render/options.ts';
import { renderPatches } from '../render/patch.ts';
import { neededBlobs } from '../render/report-blob.ts';
import type { AppContext } from './context.ts';
import { loadBlobs, loadReport } from './report-load.ts';
import { readKeptRun } from './run-read.ts';
import { followRun, type WatchOptions } from './run-watch.ts';

/** What happens within this time comes as one step. */
const GATHER_MS = 50;
/** How soon a waiting reader hears that the queue moved. */
const QUEUE_LOOK_MS = 1000;

export interface ReportStep {
  readonly seq: number;
  readonly patches: readonly ReportPatch[];
  readonly run: Run;
  /** How many runs wait before this one, while it waits. */
  readonly position?: number;
}

export interface ReportWatchOptions extends WatchOptions {
  readonly rendering: Omit<RenderOptions, 'blob'>;
}

/**
 * First a step with the state of affairs, then one for each change, until the run has ended. `afterSeq` is the `seq` of the
 * document that the reader shows. Throws `not-found` and `gone`.
 */
export async function* watchReport(ctx: AppContext, actor: Actor, id: string, options: ReportWatchOptions): AsyncGenerator<ReportStep> {
  const run = await readKeptRun(ctx, actor, id);
  let report = await loadReport(ctx, run, options.afterSeq);
  let shownPosition: number | undefined;
  let isFirst = true;
  for await (const { events, run } of followRun(ctx, id, { ...options, afterSeq: report.seq, idleMs: QUEUE_LOOK_MS })) {
    const position = run.status === 'queued' ? await ctx.runs.position(id) : undefined;
    if (!isFirst && events.length === 0 && position === shownPosition) continue;
    isFirst = false;
    shownPosition = position;
    const before = report;
    report = foldReport(before, events);
    const blob = await loadBlobs(ctx, neededBlobs(report, before));
    const patches = renderPatches(before, report, { ...options.rendering, blob });
    yield { seq: report.seq, patches, run, ...(position === undefined ? {} : { position }) };
    await wait(GATHER_MS, undefined, { signal: options.signal }).catch(() => undefined);
  }
}
