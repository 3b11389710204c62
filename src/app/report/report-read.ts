/** Reads a report as one HTML document. */
import type { Actor } from '../../domain/access/access.ts';
import { joinBytes } from '../../domain/joined-bytes.ts';
import { drawDocument, type DocumentOptions } from '../../render/document.ts';
import { neededBlobs } from '../../render/report-blob.ts';
import type { ReportContext } from './report-context.ts';
import { drawInTurns, type ReportRendering } from './report-draw.ts';
import { loadBlobs, loadReport } from './report-load.ts';
import { beginShort } from './report-turn.ts';
import { readKeptRun } from '../run/run-read.ts';

/**
 * `html`: in UTF-8. `seq`: the last event in it; live patches continue from there. Throws `not-found`, and `gone` when
 * it was deleted.
 */
export async function readReport(
  ctx: ReportContext,
  actor: Actor,
  id: string,
  options: Omit<DocumentOptions, 'blob' | 'attempt'> & ReportRendering,
): Promise<{ readonly html: Uint8Array; readonly seq: number }> {
  const end = beginShort();
  try {
    const report = await loadReport(ctx, await readKeptRun(ctx, actor, id));
    const blob = await loadBlobs(ctx, neededBlobs(report));
    const pieces = await drawInTurns(options, (own) => drawDocument(report, { ...own, blob }), end);
    return { html: joinBytes(pieces), seq: report.seq };
  } finally {
    end();
  }
}
