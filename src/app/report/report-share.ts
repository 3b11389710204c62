/** The report of a current run, folded once for all its readers. */
import { setTimeout as wait } from 'node:timers/promises';
import { defined } from '../../domain/defined.ts';
import { foldReport } from '../../domain/report/report-fold.ts';
import type { Report, ReportPatch } from '../../domain/report/report.ts';
import type { Run } from '../../domain/run/run.ts';
import { renderPatches } from '../../render/patch.ts';
import { neededBlobs } from '../../render/report-blob.ts';
import type { ReportContext } from './report-context.ts';
import { drawWithin, type ReportRendering } from './report-draw.ts';
import { loadBlobs } from './report-load.ts';
import { followRun } from '../run/run-watch.ts';

/** Events within this time are delivered as one state. */
const GATHER_MS = 50;
/** How soon a waiting reader learns that the queue moved. */
const QUEUE_LOOK_MS = 1000;

export interface ReportState {
  readonly report: Report;
  /** At least as new as the report. */
  readonly run: Run;
  /** How many runs wait before this one while it waits. */
  readonly position?: number;
}

export interface SharedReport {
  /**
   * Yields the current state, then the state at each moment at which the reader is ready for a later one. Ends with the
   * run, or after the abort; throws what following the run threw.
   */
  states(signal: AbortSignal): AsyncGenerator<ReportState>;
  /** The latest report, if it is the one after this event. */
  find(seq: number): Report | undefined;
  latest(): Report | undefined;
  /** True for the reports of its states, and the one with which it began. */
  knows(report: Report): boolean;
  /** From one report that it knows to a later one; rendered once for all readers. */
  patches(before: Report, after: Report): Promise<readonly ReportPatch[]>;
  /** Nobody is reading any more. */
  close(): void;
}

/** Follows the run from this report of it. */
export function shareReport(ctx: ReportContext, id: string, start: Report, rendering: ReportRendering): SharedReport {
  const closing = new AbortController();
  const known = new WeakSet([start]);
  const rendered = new WeakMap<Report, { readonly after: Report; readonly patches: Promise<readonly ReportPatch[]> }>();
  let state: ReportState | undefined;
  let changed = Promise.withResolvers<void>();
  let end: { readonly error?: unknown } | undefined;

  function tell(): void {
    const { resolve } = changed;
    changed = Promise.withResolvers();
    resolve();
  }

  async function follow(): Promise<void> {
    for await (const { events, run } of followRun(ctx, id, {
      afterSeq: start.seq,
      idleMs: QUEUE_LOOK_MS,
      signal: closing.signal,
    })) {
      const position = run.status === 'queued' ? await ctx.runs.position(id) : undefined;
      // how long it will wait changes without an event
      if (state !== undefined && events.length === 0 && position === undefined) continue;
      const report = foldReport(state?.report ?? start, events);
      known.add(report);
      state = { report, run, ...defined({ position }) };
      tell();
      await wait(GATHER_MS, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  }

  void follow()
    .then(
      () => {
        end = {};
      },
      (error: unknown) => {
        end = { error };
      },
    )
    .finally(tell);

  return {
    find: (seq) => (state?.report.seq === seq ? state.report : undefined),
    latest: () => state?.report,
    knows: (report) => known.has(report),
    close: () => closing.abort(),
    async *states(signal) {
      const left = new Promise<void>((resolve) => {
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      for (let told: ReportState | undefined; ;) {
        const news = changed.promise;
        if (state !== told) yield (told = state!);
        else if (signal.aborted || end !== undefined) break;
        else await Promise.race([news, left]);
      }
      if (end?.error !== undefined && !signal.aborted) throw end.error;
    },
    patches(before, after) {
      const last = rendered.get(before);
      if (last?.after === after) return last.patches;
      const patches = drawPatches(ctx, before, after, rendering);
      rendered.set(before, { after, patches });
      return patches;
    },
  };
}

/** `after` must have been folded from `before`. */
export async function drawPatches(
  ctx: ReportContext,
  before: Report,
  after: Report,
  rendering: ReportRendering,
): Promise<readonly ReportPatch[]> {
  const blob = await loadBlobs(ctx, neededBlobs(after, before));
  return drawWithin(rendering, (options) => renderPatches(before, after, { ...options, blob }));
}
