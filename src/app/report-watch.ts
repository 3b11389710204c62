/** Follow a report as patches of its document, and the run beside it. */
import type { Actor } from '../domain/access/access.ts';
import { isFinal } from '../domain/run/run.ts';
import type { Report, ReportPatch } from '../domain/report/report.ts';
import { createByteRoom } from './byte-room.ts';
import type { ReportContext } from './report-context.ts';
import type { ReportRendering } from './report-draw.ts';
import { loadReport, readOn } from './report-load.ts';
import { drawPatches, shareReport, type ReportState, type SharedReport } from './report-share.ts';
import { readKeptRun } from './run-read.ts';
import type { WatchOptions } from './run-watch.ts';

export interface ReportStep extends Omit<ReportState, 'report'> {
  readonly seq: number;
  /** Empty, and `isBehind`, where so much has changed that the reader does better to read the whole report again. */
  readonly patches: readonly ReportPatch[];
  readonly isBehind?: true;
}

export interface ReportWatchOptions extends WatchOptions {
  /** The same for all who watch a run. */
  readonly rendering: ReportRendering;
}

export interface ReportWatch {
  /**
   * First a step with the state of affairs, then one for each change, until the run has ended. `afterSeq` is the `seq`
   * of the document that the reader shows. Throws `not-found` and `gone`.
   */
  watch(actor: Actor, id: string, options: ReportWatchOptions): AsyncGenerator<ReportStep>;
}

/** Of the log that a reader has yet to be told; a step of less may be longer by what lies in blobs. */
const BEHIND_BYTES = 2_000_000;
/** Too few to ask how long they are. */
const FEW_EVENTS = 50;
/** Of the patches of one step. */
const STEP_CHARS = 8_000_000;
/** Steps that are longer wait for room: a reader who does not read holds what was made for it. */
const SMALL_CHARS = 64_000;
/** Of all readers together. */
const ROOM_CHARS = 64_000_000;
/** What a reader takes who comes with an older report: it is made again, and compared. */
const LATECOMER_CHARS = 32_000_000;

/** Readers of one run share one fold of it, for as long as there are any. */
export function createReportWatch(ctx: ReportContext): ReportWatch {
  const room = createByteRoom(ROOM_CHARS);
  const watched = new Map<string, { readonly shared: SharedReport; readers: number }>();

  /** Answers what leaves it again. */
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

/** The shared reports are other objects than the reader's own, but equal to it where it has read as far. */
async function catchUp(ctx: ReportContext, { id, shown, seq, rendering }: Latecomer): Promise<readonly ReportPatch[]> {
  return drawPatches(ctx, shown, await readOn(ctx, id, shown, seq), rendering);
}
