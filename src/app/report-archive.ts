/** Everything of a report in one zip: the report, the executed notebook, the files, the kept tables and the values. */
import type { Readable } from 'node:stream';
import type { Actor } from '../domain/access/access.ts';
import type { BlobStore } from '../domain/run/blob.ts';
import type { Run } from '../domain/run/run.ts';
import type { HtmlExportOptions } from '../render/export/html.ts';
import { AppError } from '../domain/error.ts';
import type { TableConverter } from '../domain/run/table-converter.ts';
import type { RunTable } from '../domain/run/table.ts';
import { archivePaths, createArchive, type ArchiveEntry } from './archive.ts';
import type { ReportService } from './report-service.ts';
import { withFirst } from './table-read.ts';

export interface ArchiveContext {
  readonly blobs: Pick<BlobStore, 'open'>;
  readonly reports: Pick<ReportService, 'exportHtml' | 'exportNotebook' | 'listTables'>;
  /** Absent: archives have no tables. */
  readonly tables?: TableConverter | undefined;
}

/** What tables are written as: every program opens it. */
const TABLE_FORMAT = 'csv';

/** Passwords in the values are masked, as they are stored. */
export async function archiveReport(
  { blobs, reports, tables: converter }: ArchiveContext,
  actor: Actor,
  run: Run,
  options: Pick<HtmlExportOptions, 'hosts' | 'facts'>,
): Promise<Readable> {
  const paths = archivePaths(
    'files',
    run.artifacts.map(({ name }) => name),
  );
  const files = run.artifacts.map(({ name, hash }, at): ArchiveEntry => ({
    path: paths[at] ?? name,
    read: async () => {
      const blob = await blobs.open(hash);
      if (blob === undefined) throw new AppError('gone', `The file ${name} was deleted.`);
      return blob.stream;
    },
  }));
  const tables = converter === undefined ? [] : tableEntries(await reports.listTables(actor, run.id), converter);
  const entries: readonly ArchiveEntry[] = [
    { path: 'report.html', read: () => reports.exportHtml(actor, run.id, options) },
    { path: 'report.ipynb', read: () => reports.exportNotebook(actor, run.id) },
    { path: 'values.json', read: async () => new TextEncoder().encode(valuesText(run)) },
    ...files,
    ...tables,
  ];
  return createArchive(entries, run.endedAtMs ?? run.createdAtMs);
}

function tableEntries(tables: readonly RunTable[], converter: TableConverter): readonly ArchiveEntry[] {
  const paths = archivePaths(
    'tables',
    tables.map(({ name }) => `${name}.${TABLE_FORMAT}`),
  );
  return tables.map((table, at) => ({
    path: paths[at] ?? table.name,
    // one that cannot be converted costs the reader nothing else
    read: async () => {
      const rows = converter.convert(table, TABLE_FORMAT, new AbortController().signal);
      try {
        return withFirst(await rows.next(), rows);
      } catch (error) {
        if (error instanceof AppError) return new TextEncoder().encode(`${error.message}\n`);
        throw error;
      }
    },
  }));
}

function valuesText(run: Run): string {
  const { id, script, title, revision, status, outcome, given, parameters, results } = run;
  const time = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());
  const times = { createdAt: time(run.createdAtMs), startedAt: time(run.startedAtMs), endedAt: time(run.endedAtMs) };
  const values = { id, script, title, revision, status, outcome, ...times, given, parameters, results };
  return `${JSON.stringify(values, null, 2)}\n`;
}
