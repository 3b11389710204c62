/** Follow a report as patches of its document, and the run beside it. */
import type { Actor } from '../domain/access/access.ts';
import type { Report, ReportPatch } from '../domain/report/report.ts';
import type { RenderOptions } from '../render/options.ts';
import type { AppContext } from './context.ts';
import { loadReport, readOn } from './report-load.ts';
import { drawPatches, shareReport, type ReportState, type SharedReport } from './report-share.ts';
import { readKeptRun } from './run-read.ts';
import type { WatchOptions } from './run-watch.ts';

export interface ReportStep extends Omit<ReportState, 'report'> {
  readonly seq: number;
  readonly patches: readonly ReportPatch[];
}

export interface ReportWatchOptions extends WatchOptions {
  /** The same for all who watch a run. */
  readonly rendering: Omit<RenderOptions, 'blob'>;
}

export interface ReportWatch {
  /**
   * First a step with the state of affairs, then one for each change, until the run has ended. `afterSeq` is the `seq`
   * of the
   * document that the reader shows. Throws `not-found` and `gone`.
   */
  watch(actor: Actor, id: string, options: ReportWatchOptions): AsyncGenerator<ReportStep>;
}

/** Readers of one run share one fold of it, for as long as there are any. */
export function createReportWatch(ctx: AppContext): ReportWatch {
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
    let shown = watched.get(id)?.shared.find(afterSeq) ?? (await loadReport(ctx, run, afterSeq));
    const { shared, leave } = enter(id, shown, rendering);
    try {
      for await (const { report, ...beside } of shared.states(signal)) {
        if (report.seq < shown.seq) continue; // the reader came with a later document
        const patches =
          report.seq === shown.seq
            ? []
            : await (shared.knows(shown)
                ? shared.patches(shown, report)
                : catchUp(ctx, { id, shown, seq: report.seq, rendering }));
        shown = report;
        yield { seq: report.seq, patches, ...beside };
      }
    } finally {
      leave();
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
async function catchUp(ctx: AppContext, { id, shown, seq, rendering }: Latecomer): Promise<readonly ReportPatch[]> {
  return drawPatches(ctx, shown, await readOn(ctx, id, shown, seq), rendering);
}
