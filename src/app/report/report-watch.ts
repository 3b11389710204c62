/** Follows a report as patches of its document, and the state of the run. */
import type { Actor } from '../../domain/access/access.ts';
import { isFinal } from '../../domain/run/run.ts';
import type { Report, ReportPatch } from '../../domain/report/report.ts';
import { createByteRoom } from '../byte-room.ts';
import type { ReportContext } from './report-context.ts';
import type { ReportRendering } from './report-draw.ts';
import { loadReport, readOn } from './report-load.ts';
import { drawPatches, shareReport, type ReportState, type SharedReport } from './report-share.ts';
import { readKeptRun } from '../run/run-read.ts';
import type { WatchOptions } from '../run/run-watch.ts';

export interface ReportStep extends Omit<ReportState, 'report'> {
  readonly seq: number;
  /** Empty, and `isBehind`, if so much has changed that the reader should load the whole report again. */
  readonly patches: readonly ReportPatch[];
  readonly isBehind?: true;
}

export interface ReportWatchOptions extends WatchOptions {
  /** The same for all readers of a run. */
  readonly rendering: ReportRendering;
}

export interface ReportWatch {
  /**
   * Yields the current state first, then a step for each change, until the run has ended. `afterSeq` is the `seq` of
   * the document that the reader shows. Throws `not-found` and `gone`.
   */
  watch(actor: Actor, id: string, options: ReportWatchOptions): AsyncGenerator<ReportStep>;
}

/**
 * How much of the log a reader may have left to be told; values in blobs do not count, so a step may still be longer.
 */
const BEHIND_BYTES = 2_000_000;
/** So few events that their length is not measured. */
const FEW_EVENTS = 50;
/** Limit for the patches of one step. */
const STEP_CHARS = 8_000_000;
/** Longer steps wait for room: what was made for a reader who does not read stays in memory. */
const SMALL_CHARS = 64_000;
/** Limit for all readers together. */
const ROOM_CHARS = 64_000_000;
/** Cost of a reader with an older report: that report is made again and compared. */
const LATECOMER_CHARS = 32_000_000;

/** Readers of one run share one fold of it as long as there are any. */
export function createReportWatch(ctx: ReportContext): ReportWatch {
  const room = createByteRoom(ROOM_CHARS);
  const watched = new Map<string, { readonly shared: SharedReport; readers: number }>();

  /** Returns a function that leaves it. */
  function enter(id: string, shown: Report, rendering: ReportWatchOptions['rendering']) {
    const entry = watched.get(id) ?? { shared: shareReport(ctx, id, shown, rendering), readers: 0 };
    watched.set(id, entry);
    entry.readers += 1;
    const leave = () => {
      entry.readers -= 1;
      if (entry.readers > 0) return;
      watched.delete(id);
      entry.shared.close();
    };
    return { shared: entry.shared, leave };
  }

  async function* watch(
    actor: Actor,
    id: string,
    { afterSeq, rendering, signal }: ReportWatchOptions,
  ): AsyncGenerator<ReportStep> {
    const run = await readKeptRun(ctx, actor, id);
    const shared = watched.get(id)?.shared;
    let known = shared?.find(afterSeq);
    const isLong = known === undefined && (await ctx.runs.isFarBehind(id, 0, BEHIND_BYTES));
    let isFar = isLong && (await ctx.runs.isFarBehind(id, afterSeq, BEHIND_BYTES));
    if (isFar && isFinal(run.status)) {
      yield { seq: afterSeq, patches: [], isBehind: true, run };
      return;
    }
    if (isFar) known = shared?.latest();
    let giveBack = known === undefined && isLong ? await room.take(LATECOMER_CHARS, signal) : undefined;
    let leave: (() => void) | undefined;
    try {
      let shown = known ?? (await loadReport(ctx, run, isFar ? Infinity : afterSeq));
      const entered = enter(id, shown, rendering);
      leave = entered.leave;
      for await (const { report, ...beside } of entered.shared.states(signal)) {
        if (report.seq < shown.seq) continue; // the reader came with a later document
        isFar ||= report.seq - shown.seq > FEW_EVENTS && (await ctx.runs.isFarBehind(id, shown.seq, BEHIND_BYTES));
        const patches =
          report.seq === shown.seq || isFar
            ? []
            : await (entered.shared.knows(shown)
                ? entered.shared.patches(shown, report)
                : catchUp(ctx, { id, shown, seq: report.seq, rendering }));
        shown = report;
        const chars = patches.reduce((sum, patch) => sum + ('html' in patch ? patch.html.length : 0), 0);
        if (chars > SMALL_CHARS && chars <= STEP_CHARS) giveBack ??= await room.take(chars, signal);
        yield isFar || chars > STEP_CHARS
          ? { seq: report.seq, patches: [], isBehind: true, ...beside }
          : { seq: report.seq, patches, ...beside };
        isFar = false;
        giveBack?.();
        giveBack = undefined;
      }
    } finally {
      giveBack?.();
      leave?.();
    }
  }

  return { watch };
}

interface Latecomer {
  readonly id: string;
  readonly shown: Report;
  readonly seq: number;
  readonly rendering: ReportWatchOptions['rendering'];
}

/** The shared reports are other objects than the reader's own, but equal to them once it has caught up. */
async function catchUp(ctx: ReportContext, { id, shown, seq, rendering }: Latecomer): Promise<readonly ReportPatch[]> {
  return drawPatches(ctx, shown, await readOn(ctx, id, shown, seq), rendering);
}
