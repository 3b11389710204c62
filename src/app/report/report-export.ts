/** Exports a report: as one self-contained HTML file, as the executed notebook, or the text of one step. */
import { defined } from '../../domain/defined.ts';
import type { Actor } from '../../domain/access/access.ts';
import { AppError } from '../../domain/error.ts';
import { joinBytes } from '../../domain/joined-bytes.ts';
import type { RunTable } from '../../domain/run/table.ts';
import { drawFileCells, exportHtml as renderHtml, type HtmlExportOptions } from '../../render/export/html.ts';
import { exportPlain as renderPlain, type PlainExportOptions } from '../../render/export/plain.ts';
import { exportNotebook as renderNotebook } from '../../render/export/ipynb.ts';
import { failureText } from '../../render/failure.ts';
import { exportText as renderText } from '../../render/export/text.ts';
import { allBlobs, keptBlobs, neededBlobs } from '../../render/report-blob.ts';
import type { ReportContext } from './report-context.ts';
import { drawInTurns, type ReportRendering } from './report-draw.ts';
import { loadBlobs, loadExecuted, loadReport, readWhole } from './report-load.ts';
import { createPause } from './report-turn.ts';
import { readKeptRun } from '../run/run-read.ts';

/** UTF-8. Throws `not-found`, and `gone` when the report was deleted. */
export async function exportHtml(
  ctx: ReportContext,
  actor: Actor,
  id: string,
  options: Omit<HtmlExportOptions, 'blob' | 'attempt' | 'pause' | 'cells'> & ReportRendering,
): Promise<Uint8Array> {
  const report = await loadReport(ctx, await readKeptRun(ctx, actor, id));
  const blob = await loadBlobs(ctx, [...neededBlobs(report), ...keptBlobs(report)]);
  const cells =
    options.form === 'slides'
      ? undefined
      : await drawInTurns(options, (own) => drawFileCells(report, { ...own, blob }));
  const { limit, ...others } = options;
  const pause = createPause();
  const html = await renderHtml(report, { ...others, blob, pause, ...defined({ cells, attempt: limit?.() }) });
  return encodedInTurns(html, pause);
}

async function encodedInTurns(parts: Iterable<string>, pause: () => Promise<void>): Promise<Uint8Array> {
  const encoder = new TextEncoder();
  const pieces: Uint8Array[] = [];
  for (const part of parts) {
    pieces.push(encoder.encode(part));
    await pause();
  }
  return joinBytes(pieces);
}

/** The content as HTML for converters, UTF-8. Throws as `exportHtml`. */
export async function exportPlain(
  ctx: ReportContext,
  actor: Actor,
  id: string,
  {
    limit,
    facts = [],
    hasPages = false,
  }: Pick<PlainExportOptions, 'facts' | 'hasPages'> & Pick<ReportRendering, 'limit'>,
): Promise<Uint8Array> {
  const report = await loadReport(ctx, await readKeptRun(ctx, actor, id));
  const blob = await loadBlobs(ctx, [...allBlobs(report), ...keptBlobs(report)]);
  const attempt = limit?.();
  return new TextEncoder().encode(renderPlain(report, { blob, facts, hasPages, ...defined({ attempt }) }));
}

/** nbformat 4.5, UTF-8. Throws as `exportHtml`. */
export async function exportNotebook(ctx: ReportContext, actor: Actor, id: string): Promise<Uint8Array> {
  const run = await readKeptRun(ctx, actor, id);
  const { report, notebook } = await loadExecuted(ctx, run);
  const blob = await loadBlobs(ctx, allBlobs(report));
  return encodedInTurns(renderNotebook(report, notebook, { blob }), createPause());
}

/** Everything that a cell printed, UTF-8. Throws as `exportHtml`, and `not-found` if there is no such cell. */
export async function exportText(ctx: ReportContext, actor: Actor, id: string, cell: number): Promise<Uint8Array> {
  const text = renderText(await loadReport(ctx, await readKeptRun(ctx, actor, id)), cell);
  if (text === undefined) throw new AppError('not-found', 'The report has no such cell.');
  return encodedInTurns(text, createPause());
}

/** What failed, its code and its traceback, as text. Throws as `exportHtml`, and `not-found` if nothing failed. */
export async function exportFailure(ctx: ReportContext, actor: Actor, id: string): Promise<Uint8Array> {
  const text = failureText(await loadReport(ctx, await readKeptRun(ctx, actor, id)));
  if (text === undefined) throw new AppError('not-found', 'Nothing in this report has failed.');
  return new TextEncoder().encode(text);
}

/** A file beside the script that is kept with the report. Throws as `exportHtml`, and `not-found` if there is none. */
export async function exportFile(ctx: ReportContext, actor: Actor, id: string, path: string): Promise<Uint8Array> {
  const { files } = await loadReport(ctx, await readKeptRun(ctx, actor, id));
  const kept = files.get(path);
  const bytes = kept === undefined ? undefined : await readWhole(ctx, kept.file.$blob);
  if (bytes === undefined) throw new AppError('not-found', 'The report has no such file.');
  return joinBytes([bytes]);
}

/** The tables that are kept in full, as they were shown. Throws as `exportHtml`. */
export async function listTables(ctx: ReportContext, actor: Actor, id: string): Promise<readonly RunTable[]> {
  return (await loadReport(ctx, await readKeptRun(ctx, actor, id))).tables;
}
