/** The files of a run: the report in the formats that are wanted, and its downloads. */
import { join } from 'node:path';
import { openArtifact } from '../../app/artifact-read.ts';
import type { AppContext } from '../../app/context.ts';
import { exportDocument } from '../../app/report/report-document.ts';
import { withLook, type ReportLook } from '../../app/report/report-look.ts';
import { createReportService } from '../../app/report/report-service.ts';
import { LOCAL } from '../../domain/access/access.ts';
import type { Run } from '../../domain/run/run.ts';
import { readAssetFiles } from '../asset.ts';
import { writeAt, writeExported } from '../export-file.ts';

export interface RunFiles {
  /** The report in each of these formats: name of the format, path of the file. */
  readonly exports: readonly (readonly [to: string, path: string])[];
  /** Folder for the downloads. */
  readonly out: string | undefined;
}

export interface RunFileOptions extends RunFiles {
  /** Servers from which the report may load. */
  /** Of the project. */
  readonly look: () => ReportLook;
  readonly hosts: readonly string[];
}

/** Creates missing folders, replaces files. Throws `internal` for what cannot be written, and as `exportDocument`. */
export async function writeRunFiles(ctx: AppContext, run: Run, options: RunFileOptions): Promise<void> {
  const { exports, out } = options;
  if (exports.length > 0) await writeExports(ctx, run, options);
  if (out === undefined) return;
  for (const { name } of run.artifacts)
    await writeAt(join(out, name), (await openArtifact(ctx, LOCAL, { id: run.id, name })).stream);
}

async function writeExports(
  ctx: AppContext,
  { id }: Run,
  { exports, hosts, look }: Omit<RunFileOptions, 'out'>,
): Promise<void> {
  const { asset, bytes } = readAssetFiles();
  const reports = withLook(createReportService(ctx, { rendering: () => ({ asset }), bytes }), look);
  const { runs, blobs, documents, tables } = ctx;
  const exported = { runs, blobs, documents, reports, tables };
  for (const [to, path] of exports) await writeExported(await exportDocument(exported, LOCAL, { id, to, hosts }), path);
}
