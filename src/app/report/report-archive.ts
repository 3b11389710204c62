/** Everything of a report in one zip: the report, the executed notebook, the files, the kept tables and the values. */
import type { Readable } from 'node:stream';
import type { Actor } from '../../domain/access/access.ts';
import { DamagedBlobError, type BlobStore } from '../../domain/run/blob.ts';
import type { Run } from '../../domain/run/run.ts';
import type { HtmlExportOptions } from '../../render/export/html.ts';
import { AppError } from '../../domain/error.ts';
import type { TableConverter } from '../../domain/run/table-converter.ts';
import type { RunTable } from '../../domain/run/table.ts';
import { archivePaths, createArchive, type ArchiveEntry } from '../archive.ts';
import type { ReportService } from './report-service.ts';
import { withFirst } from '../table-read.ts';

export interface ArchiveContext {
  readonly blobs: Pick<BlobStore, 'open'>;
  readonly reports: Pick<ReportService, 'exportHtml' | 'exportNotebook' | 'listTables'>;
  /** Absent: archives have no tables. */
  readonly tables?: TableConverter | undefined;
}

/** What tables are written as: every program opens it. */
const TABLE_FORMAT = 'csv';
const UNREADABLE = 'This file is missing or damaged in the store of the reports.';

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
    read: async () => readable(() => firstOf(blobs, hash)),
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
    read: async () =>
      readable(async () => {
        const rows = converter.convert(table, TABLE_FORMAT, new AbortController().signal);
        return withFirst(await rows.next(), rows);
      }),
  }));
}

/** The first bytes are there when it settles. Throws an `AppError` if they are missing or damaged. */
async function firstOf(blobs: ArchiveContext['blobs'], hash: string): Promise<AsyncIterable<Uint8Array>> {
  const blob = await blobs.open(hash);
  if (blob === undefined) throw new AppError('gone', UNREADABLE);
  const bytes = (async function* () {
    yield* blob.stream;
  })();
  return withFirst(await bytes.next(), bytes);
}

/** One that cannot be read costs the reader nothing else: its entry says why. */
async function readable(open: () => Promise<AsyncIterable<Uint8Array>>) {
  try {
    return await open();
  } catch (error) {
    if (error instanceof DamagedBlobError) return sentence(UNREADABLE);
    if (error instanceof AppError) return sentence(error.message);
    throw error;
  }
}

function sentence(text: string): Uint8Array {
  return new TextEncoder().encode(`${text}\n`);
}

function valuesText(run: Run): string {
  const { id, script, title, revision, status, outcome, given, parameters, results } = run;
  const time = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());
  const times = { createdAt: time(run.createdAtMs), startedAt: time(run.startedAtMs), endedAt: time(run.endedAtMs) };
  const values = { id, script, title, revision, status, outcome, ...times, given, parameters, results };
  return `${JSON.stringify(values, null, 2)}\n`;
}
