/**
 * `script-runner render NOTEBOOK [-o file]`: the saved outputs of the file as one HTML file. Runs nothing, needs no
 * Python.
 */
import { writeFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { plainFileReason, readPlainTextSync } from '../disk/plain-file.ts';
import { AppError } from '../domain/error.ts';
import { parseNotebook } from '../domain/notebook/notebook-parse.ts';
import { exportHtml } from '../render/export/html.ts';
import { savedReport } from '../render/notebook.ts';
import { readAssetFiles } from './asset.ts';

/** Saved outputs may be large. */
const NOTEBOOK_BYTES = 256_000_000;

/** Without `out` the file is written to the current folder, named after the notebook; `-` is standard output. */
export async function render(path: string, out: string | undefined): Promise<void> {
  const name = basename(path, extname(path));
  const notebook = parseNotebook(readText(path));
  const report = savedReport(notebook, { title: titleOf(notebook.metadata['title']) ?? name, showCode: true });
  const html = await exportHtml(report, { ...readAssetFiles(), blob: () => undefined });
  if (out === '-') process.stdout.write(html);
  else await writeFile(out ?? `${name}.html`, html);
}

function titleOf(title: unknown): string | undefined {
  return typeof title === 'string' && title.trim() !== '' ? title : undefined;
}

function readText(path: string): string {
  try {
    return readPlainTextSync(path, NOTEBOOK_BYTES);
  } catch (error) {
    throw new AppError('invalid', `${path} cannot be read: ${plainFileReason(error)}`, { cause: error });
  }
}
