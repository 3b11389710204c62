/** The files of a run: the report as HTML and as a notebook, and its downloads. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { openArtifact } from '../app/artifact-read.ts';
import type { AppContext } from '../app/context.ts';
import { exportHtml, exportNotebook } from '../app/report-export.ts';
import { LOCAL } from '../domain/access/access.ts';
import { AppError } from '../domain/error.ts';
import type { Run } from '../domain/run/run.ts';
import { readAssetFiles } from './asset.ts';

export interface RunFiles {
  readonly html: string | undefined;
  readonly ipynb: string | undefined;
  /** Folder for the downloads. */
  readonly out: string | undefined;
}

export interface RunFileOptions extends RunFiles {
  /** Servers from which the report may load. */
  readonly hosts: readonly string[];
}

/** Creates missing folders, replaces files. Throws `internal` for what cannot be written. */
export async function writeRunFiles(
  ctx: AppContext,
  run: Run,
  { html, ipynb, out, hosts }: RunFileOptions,
): Promise<void> {
  if (html !== undefined) await write(html, await exportHtml(ctx, LOCAL, run.id, { ...readAssetFiles(), hosts }));
  if (ipynb !== undefined) await write(ipynb, await exportNotebook(ctx, LOCAL, run.id));
  if (out === undefined) return;
  for (const { name } of run.artifacts)
    await write(join(out, name), (await openArtifact(ctx, LOCAL, run.id, name)).stream);
}

async function write(path: string, content: Uint8Array | AsyncIterable<Uint8Array>): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  } catch (error) {
    throw new AppError('internal', `${path} could not be written: ${(error as Error).message}`, { cause: error });
  }
}
