/** Exports a report in any of its formats: our own, and those that outside programs write. */
import type { Readable } from 'node:stream';
import type { Actor } from '../../domain/access/access.ts';
import { AppError } from '../../domain/error.ts';
import type { DocumentSource, DocumentWriter, WrittenDocument } from '../../domain/report/document-writer.ts';
import type { Run } from '../../domain/run/run.ts';
import type { RunStore } from '../../domain/run/run-store.ts';
import type { HtmlExportOptions } from '../../render/export/html.ts';
import { OWN_FORMATS, type ExportFormat } from '../export-list.ts';
import { archiveReport, type ArchiveContext } from './report-archive.ts';
import { readKeptRun } from '../run/run-read.ts';
import type { ReportService } from './report-service.ts';

export interface DocumentContext extends ArchiveContext {
  readonly runs: Pick<RunStore, 'find' | 'isShared'>;
  readonly documents?: DocumentWriter | undefined;
  readonly reports: Pick<ReportService, 'exportHtml' | 'exportPlain' | 'exportNotebook' | 'listTables'>;
}

export interface DocumentRequest {
  readonly id: string;
  /** Name of a format. */
  readonly to: string;
  /** For the self-contained HTML file; see `exportHtml`. */
  readonly hosts?: readonly string[];
  readonly facts?: HtmlExportOptions['facts'];
  readonly signal?: AbortSignal;
}

export interface ExportedDocument extends Pick<WrittenDocument, 'pictures'> {
  /** Archives are streams. */
  readonly content: Uint8Array | Readable;
  readonly run: Run;
  readonly format: ExportFormat;
}

/**
 * Throws as `exportHtml`, `invalid` for a format that does not exist, and `unavailable` if this machine lacks the
 * program or the report needs too much of it.
 */
export async function exportDocument(
  ctx: DocumentContext,
  actor: Actor,
  request: DocumentRequest,
): Promise<ExportedDocument> {
  const { id, to, hosts = [], facts = [] } = request;
  const run = await readKeptRun(ctx, actor, id);
  const own = async (format: ExportFormat, content: Promise<Uint8Array | Readable>) => {
    return { run, format, content: await content, pictures: [] };
  };
  if (to === 'zip') return own(OWN_FORMATS.zip, archiveReport(ctx, actor, run, { hosts, facts }));
  if (to === 'html') return own(OWN_FORMATS.html, ctx.reports.exportHtml(actor, id, { hosts, facts }));
  if (to === 'slides') return own(OWN_FORMATS.slides, ctx.reports.exportHtml(actor, id, { hosts, form: 'slides' }));
  if (to === 'ipynb') return own(OWN_FORMATS.ipynb, ctx.reports.exportNotebook(actor, id));
  return writeDocument(ctx, actor, { ...request, run });
}

async function writeDocument(
  { documents, reports }: DocumentContext,
  actor: Actor,
  { id, to, facts = [], signal, run }: DocumentRequest & { readonly run: Run },
): Promise<ExportedDocument> {
  const format = documents?.formats.find(({ name }) => name === to);
  if (documents === undefined || format === undefined) {
    const names = [...Object.keys(OWN_FORMATS), ...(documents?.formats ?? []).map(({ name }) => name)];
    throw new AppError('invalid', `There is no format “${to}”. The formats are ${names.join(', ')}.`);
  }
  const missing = await documents.missing(to);
  if (missing !== undefined)
    throw new AppError(
      'unavailable',
      `${format.label}: ${missing.why}${actor.role === 'viewer' ? '' : ` ${missing.remedy}`}`,
    );
  const page = () => reports.exportHtml(actor, id, { hosts: [], facts, theme: 'light' });
  const plain: DocumentSource['plain'] = ({ hasPages }) => reports.exportPlain(actor, id, { facts, hasPages });
  const madeAtMs = run.endedAtMs ?? run.createdAtMs;
  const { bytes, pictures } = await documents.write(to, { page, plain, id, title: run.title, madeAtMs }, signal);
  return { content: bytes, pictures, run, format };
}
