/** Makes the report of a run from what is stored: its script's bytes, its log, its blobs. */
import { defined } from '../../domain/defined.ts';
import { AppError } from '../../domain/error.ts';
import type { Json } from '../../domain/text/json.ts';
import type { Notebook } from '../../domain/notebook/notebook.ts';
import { foldReport, startReport } from '../../domain/report/report-fold.ts';
import type { Report } from '../../domain/report/report.ts';
import { DamagedBlobError } from '../../domain/run/blob.ts';
import type { BlobReference } from '../../domain/run/run-event.ts';
import type { Run } from '../../domain/run/run.ts';
import type { ReportContext } from './report-context.ts';
import { readBundleValue } from './report-bundle.ts';
import type { Revision } from '../revision/revision-memory.ts';
import { loadSubmitted } from '../script/script-submitted.ts';

const EVENTS_AT_ONCE = 1000;

/** The script as it was submitted. Throws `gone` when its bytes are no longer there. */
export async function loadScript(ctx: ReportContext, run: Run): Promise<Revision> {
  const known = ctx.revisions?.find(run);
  if (known !== undefined) return known;
  const submitted = await loadSubmitted({ ...ctx, blobs: { get: (hash) => readWhole(ctx, hash) } }, run);
  if (submitted === undefined)
    throw new AppError(
      'gone',
      'The notebook of this report was deleted or is damaged, and the report cannot be shown without it. Run it again to get a new one.',
    );
  ctx.revisions?.keep(run, submitted);
  return submitted;
}

/** The report before its first event. */
export async function emptyReport(ctx: ReportContext, run: Run): Promise<Report> {
  return startOf(await loadScript(ctx, run), run);
}

/** What a run has executed: the script's notebook, and the report with all that its cells printed, unchanged. */
export async function loadExecuted(ctx: ReportContext, run: Run): Promise<{ report: Report; notebook: Notebook }> {
  const content = await loadScript(ctx, run);
  const start: Report = { ...startOf(content, run), asPrinted: true };
  return { report: await readOn(ctx, run.id, start, Infinity), notebook: content.notebook };
}

function startOf({ notebook, script }: Revision, run: Run): Report {
  const { showCode, theme } = script.options;
  return startReport(notebook, { title: run.title, showCode, script: run.script, ...defined({ theme }) });
}

/** The report after the events up to and including `uptoSeq`. */
export async function loadReport(ctx: ReportContext, run: Run, uptoSeq = Infinity): Promise<Report> {
  return readOn(ctx, run.id, await emptyReport(ctx, run), uptoSeq);
}

/** As `loadReport`, from an earlier report of the run. */
export async function readOn(ctx: ReportContext, id: string, start: Report, uptoSeq: number): Promise<Report> {
  for (let report = start; ;) {
    const { events, isLast } = await ctx.runs.events(id, report.seq, EVENTS_AT_ONCE);
    report = foldReport(
      report,
      events.filter(({ seq }) => seq <= uptoSeq),
    );
    if (isLast || report.seq >= uptoSeq) return report;
  }
}

/** The bytes of this hash; undefined, and the operator is told, if they are missing or damaged. */
export async function readWhole(
  { blobs, onUnreadable }: Pick<ReportContext, 'blobs' | 'onUnreadable'>,
  hash: string,
): Promise<Uint8Array | undefined> {
  try {
    const bytes = await blobs.get(hash);
    if (bytes === undefined) onUnreadable?.(`The file ${hash} of the reports’ store is missing.`);
    return bytes;
  } catch (error) {
    if (!(error instanceof DamagedBlobError)) throw error;
    onUnreadable?.(error.message);
    return undefined;
  }
}

/** Returns the function that renderers call for the values of these references. */
export async function loadBlobs(
  ctx: ReportContext,
  references: readonly BlobReference[],
): Promise<(reference: BlobReference) => Json | undefined> {
  const values = new Map<string, Json>();
  for (const reference of references) {
    const bytes = values.has(keyOf(reference)) ? undefined : await readWhole(ctx, reference.$blob);
    if (bytes !== undefined) values.set(keyOf(reference), readBundleValue(bytes, reference));
  }
  return (reference) => values.get(keyOf(reference));
}

/** The same bytes may be text in one bundle and JSON in another. */
function keyOf({ $blob, encoding }: BlobReference): string {
  return `${encoding} ${$blob}`;
}
