/**
 * `script-runner export RUN --to FORMAT [-o FILE]`: writes a stored report in another format, also while a server runs.
 */
import { readLook } from './look.ts';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { exportDocument } from '../app/report/report-document.ts';
import { listTables, openTable } from '../app/table-read.ts';
import { withLook } from '../app/report/report-look.ts';
import { createReportService } from '../app/report/report-service.ts';
import { pythonRequest } from '../compose/compose-kernel.ts';
import { composeDocuments } from '../compose/compose-document.ts';
import { readConfig, type Config, type ConfigSources } from '../config/config.ts';
import { LOCAL } from '../domain/access/access.ts';
import { AppError } from '../domain/error.ts';
import type { DocumentWriter } from '../domain/report/document-writer.ts';
import { readStoredScript } from '../files/script-stored.ts';
import { languages } from '../language/all.ts';
import { findPython } from '../python/prepare.ts';
import { createNotifier } from '../store/notifier.ts';
import { openReader } from '../store/open-reader.ts';
import { createTableClient } from '../thread/table-client.ts';
import { readAssetFiles } from './asset.ts';
import { stopsBySignal, writeAt, writeExported, writeOutput } from './export-file.ts';

export interface ExportOptions {
  readonly folder: string;
  /** Name of a format; absent: by the extension of `out`. */
  readonly to: string | undefined;
  /** `-` is standard output; absent: a file in the current folder, named by the report's title. */
  readonly out: string | undefined;
  /** Name of a table that the report shows: it is written in full, instead of the report. */
  readonly table?: string | undefined;
}

/** `run`: the id of a run, or the address of its page. Throws as `exportDocument`. */
export async function exportRun(run: string, flags: ConfigSources['flags'], options: ExportOptions): Promise<void> {
  const config = readConfig({ target: options.folder, ...(flags === undefined ? {} : { flags }) });
  const id = /(?:\/runs\/)?([^/?#]+)(?:\/report)?(?:[?#].*)?$/.exec(run)?.[1] ?? run;
  if (options.table !== undefined) return exportTable(config, id, { ...options, table: options.table });
  const python = await findPython({
    ...pythonRequest(config, { say: () => undefined }),
    signal: new AbortController().signal,
  }).catch(() => undefined);
  const documents = composeDocuments(config, Promise.resolve(python));
  const tables = createTableClient(config.blobs);
  const stop = stopsBySignal();
  const { close, ...reports } = await openReports(config);
  try {
    const ctx = { ...reports, documents, tables };
    const to = options.to ?? formatOf(options.out, documents) ?? 'html';
    const written = await exportDocument(ctx, LOCAL, { id, to, hosts: config.reportHosts, signal: stop.signal });
    await writeExported(written, options.out);
  } finally {
    stop.end();
    await Promise.all([documents.close(), tables.close(), close()]);
  }
}

/** Throws as `openTable`; where there is no such table, `not-found` names those that there are. */
async function exportTable(
  config: Config,
  id: string,
  { table: name, to, out }: ExportOptions & { readonly table: string },
): Promise<void> {
  const tables = createTableClient(config.blobs);
  const stop = stopsBySignal();
  const { close, ...reports } = await openReports(config);
  try {
    const ctx = { ...reports, tables };
    const names = (await listTables(ctx, LOCAL, id)).map((table) => table.name);
    if (!names.includes(name)) throw new AppError('not-found', noTable(name, names));
    const format = to ?? extensionOf(out) ?? 'csv';
    const { fileName, stream } = await openTable(ctx, LOCAL, { id, name, format, signal: stop.signal });
    await (out === '-' ? writeOutput(stream) : writeAt(out ?? fileName, stream));
  } finally {
    stop.end();
    await Promise.all([tables.close(), close()]);
  }
}

function noTable(name: string, names: readonly string[]): string {
  const others = names.length === 0 ? 'keeps no tables' : `has these: ${names.join(', ')}`;
  return `There is no table “${name}”. The report ${others}.`;
}

async function openReports(config: Config) {
  const { data, database, blobs: place } = config;
  if (database === undefined && !existsSync(join(data, 'runs.db')))
    throw new AppError('not-found', `There are no reports in ${data}. Name the project with --folder.`);
  const { runs, blobs, close } = await openReader(data, {
    notifier: createNotifier(),
    blobs: place,
    url: database?.url,
  });
  const { asset, bytes } = readAssetFiles();
  const scripts = readStoredScript(languages());
  const plain = createReportService({ runs, blobs, scripts }, { rendering: () => ({ asset }), bytes });
  const reports = withLook(plain, readLook(config));
  return { runs, blobs, reports, close };
}

/** By the extension of the file. */
function formatOf(path: string | undefined, documents: DocumentWriter): string | undefined {
  const extension = extensionOf(path);
  return documents.formats.find((format) => format.extension === extension)?.name ?? extension;
}

function extensionOf(path: string | undefined): string | undefined {
  return /\.([a-z]+)$/i.exec(path ?? '')?.[1]?.toLowerCase();
}
