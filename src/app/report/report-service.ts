/**
 * Everything that can be requested of reports: reading, exporting and following them. Runs on this thread, or behind
 * the same interface on a separate one.
 */
import type { Actor } from '../../domain/access/access.ts';
import type { RunTable } from '../../domain/run/table.ts';
import type { DocumentOptions } from '../../render/document.ts';
import type { Bytes } from '../../render/export/style.ts';
import type { HtmlExportOptions } from '../../render/export/html.ts';
import type { PlainExportOptions } from '../../render/export/plain.ts';
import type { ReportContext } from './report-context.ts';
import type { ReportRendering } from './report-draw.ts';
import {
  exportFailure,
  exportFile,
  exportHtml,
  exportNotebook,
  exportPlain,
  exportText,
  listTables,
} from './report-export.ts';
import { exportPicture } from './report-picture.ts';
import { readReport } from './report-read.ts';
import { createReportWatch, type ReportStep } from './report-watch.ts';
import { createRevisionMemory } from '../revision/revision-memory.ts';
import type { WatchOptions } from '../run/run-watch.ts';

/** Every function throws `not-found` and `gone`, and `unavailable` if a report takes too long. Bytes are UTF-8. */
export interface ReportService {
  /** The HTML document; `seq`: the last event in it. */
  read(
    actor: Actor,
    id: string,
    options: Pick<DocumentOptions, 'theme' | 'framedAt' | 'titled' | 'contents' | 'style' | 'look'>,
  ): Promise<{ readonly html: Uint8Array; readonly seq: number }>;
  /** One self-contained HTML file. */
  exportHtml(
    actor: Actor,
    id: string,
    options: Pick<HtmlExportOptions, 'hosts' | 'facts' | 'theme' | 'form' | 'style' | 'look'>,
  ): Promise<Uint8Array>;
  /** Its content as HTML for converters. */
  exportPlain(actor: Actor, id: string, options: Pick<PlainExportOptions, 'facts' | 'hasPages'>): Promise<Uint8Array>;
  /** The executed notebook, nbformat 4.5. */
  exportNotebook(actor: Actor, id: string): Promise<Uint8Array>;
  /** Everything that a cell printed. Also throws `not-found` if there is no such cell. */
  exportText(actor: Actor, id: string, cell: number): Promise<Uint8Array>;
  /** What failed, as plain text for the author. Also throws `not-found` if nothing has failed. */
  exportFailure(actor: Actor, id: string): Promise<Uint8Array>;
  /** A file beside the script that is kept with the report. Throws `not-found` where there is none, too. */
  exportFile(actor: Actor, id: string, path: string): Promise<Uint8Array>;
  /** The first picture that it shows, PNG or JPEG. Also throws `not-found` if it shows none. */
  exportPicture(actor: Actor, id: string): Promise<Uint8Array>;
  /** The tables that are kept in full. */
  listTables(actor: Actor, id: string): Promise<readonly RunTable[]>;
  /** As `ReportWatch.watch`. */
  watch(actor: Actor, id: string, options: WatchOptions): AsyncGenerator<ReportStep>;
}

export interface ReportPlaces {
  /** Where the report of a run finds its assets and files. */
  readonly rendering: (id: string) => ReportRendering;
  /** The bytes of assets. */
  readonly bytes: Bytes;
}

/** Reports, rendered on the calling thread. */
export function createReportService(given: ReportContext, { rendering, bytes }: ReportPlaces): ReportService {
  const { runs, blobs, scripts, onUnreadable } = given;
  const ctx: ReportContext = { runs, blobs, scripts, onUnreadable, revisions: createRevisionMemory() };
  const { watch } = createReportWatch(ctx);
  return {
    read: (actor, id, options) => readReport(ctx, actor, id, { ...rendering(id), ...options }),
    exportHtml: (actor, id, options) => exportHtml(ctx, actor, id, { ...rendering(id), ...options, bytes }),
    exportPlain: (actor, id, options) => exportPlain(ctx, actor, id, { ...rendering(id), ...options }),
    exportNotebook: (actor, id) => exportNotebook(ctx, actor, id),
    exportText: (actor, id, cell) => exportText(ctx, actor, id, cell),
    exportFailure: (actor, id) => exportFailure(ctx, actor, id),
    exportFile: (actor, id, path) => exportFile(ctx, actor, id, path),
    exportPicture: (actor, id) => exportPicture(ctx, actor, id),
    listTables: (actor, id) => listTables(ctx, actor, id),
    watch: (actor, id, options) => watch(actor, id, { ...options, rendering: rendering(id) }),
  };
}
