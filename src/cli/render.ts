/**
 * `script-runner render NOTEBOOK [-o file]`: the saved outputs of the file as one HTML file. Runs nothing, needs no
 * Python.
 */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { basename, dirname, extname, resolve } from 'node:path';
import { freeBytes, plainFileReason, readPlainBytesSync } from '../disk/plain-file.ts';
import type { ReportLook } from '../app/report/report-look.ts';
import { AppError } from '../domain/error.ts';
import { createMask } from '../domain/mask/mask.ts';
import type { Notebook } from '../domain/notebook/notebook.ts';
import { parseNotebookBytes } from '../domain/notebook/notebook-parse.ts';
import type { ReportFile } from '../domain/report/report.ts';
import type { Blob } from '../domain/run/blob.ts';
import type { BlobReference } from '../domain/run/run-event.ts';
import { isJsonObject } from '../domain/text/json.ts';
import { exportHtml } from '../render/export/html.ts';
import { savedReport } from '../render/notebook.ts';
import { preferLessMemory } from '../thread/memory.ts';
import { keepFiles } from '../worker/file-kept.ts';
import { readAssetFiles } from './asset.ts';
import { readLook } from './look.ts';
import { findScript } from './script-argument.ts';

/** Saved outputs may be large. */
const NOTEBOOK_BYTES = 256_000_000;
const LARGE_BYTES = 8_000_000;
const PIECE_CHARS = 1_000_000;

/** Without `out` the file is written to the current folder, named after the notebook; `-` is standard output. */
export async function render(path: string, out: string | undefined): Promise<void> {
  const html = await renderFile(path, readLook(findScript(path).config)());
  if (out === '-') await pipeline(pieces(html), process.stdout, { end: false });
  else await writeFile(out ?? `${nameOf(path)}.html`, pieces(html));
}

/** The encoded bytes of a large report would take as much memory again. */
function* pieces(parts: Iterable<string>): Iterable<string> {
  for (const text of parts) {
    for (let at = 0; at < text.length;) {
      let end = Math.min(at + PIECE_CHARS, text.length);
      // A pair of surrogates is one character
      if (end < text.length && /[\uD800-\uDBFF]/.test(text.charAt(end - 1))) end++;
      yield text.slice(at, end);
      at = end;
    }
  }
}

/**
 * The saved outputs of the notebook as one self-contained HTML file, in parts. `look`: of its project; absent: as
 * without settings. Throws `invalid` if it cannot be read.
 */
export async function renderFile(path: string, look?: ReportLook): Promise<Iterable<string>> {
  const assets = readAssetFiles();
  const notebook = readNotebook(path);
  const saved = savedReport(notebook, { title: titleOf(notebook.metadata['title']) ?? nameOf(path), showCode: true });
  const { files, blob } = await filesBeside(path, notebook);
  return exportHtml({ ...saved, files }, { ...assets, blob, ...look });
}

function nameOf(path: string): string {
  return basename(path, extname(path));
}

/** The files beside the notebook that it shows or links to. */
async function filesBeside(path: string, { cells }: Notebook) {
  const files = new Map<string, ReportFile>();
  const values = new Map<string, string>();
  const kept = keepFiles(
    { blobs: { putStream: async (chunks) => remember(values, await bytesOf(chunks)) } },
    {
      place: { root: dirname(resolve(path)), names: [] },
      mask: createMask([]),
      write: async (event) => {
        if (event.type === 'file-kept') files.set(event.path, event);
        if (event.type === 'notice') console.error(event.text);
      },
    },
  );
  await kept.keepNamed(cells);
  for (const { data } of cells.flatMap(({ outputs }) => outputs)) if (isJsonObject(data)) await kept.keepShown(data);
  await kept.tell();
  return { files, blob: ({ $blob }: BlobReference) => values.get($blob) };
}

async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const chunk of chunks) pieces.push(chunk);
  return Buffer.concat(pieces);
}

function remember(values: Map<string, string>, bytes: Buffer): Blob {
  const hash = createHash('sha256').update(bytes).digest('hex');
  values.set(hash, bytes.toString('base64'));
  return { hash, sizeBytes: bytes.length };
}

function titleOf(title: unknown): string | undefined {
  return typeof title === 'string' && title.trim() !== '' ? title : undefined;
}

function readNotebook(path: string): Notebook {
  const bytes = readBytes(path);
  if (bytes.length > LARGE_BYTES) preferLessMemory();
  const notebook = parseNotebookBytes(bytes, { decode, outputs: true });
  freeBytes(bytes);
  return notebook;
}

/** Bytes that are no UTF-8 are shown as such. */
function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function readBytes(path: string): Uint8Array {
  try {
    return readPlainBytesSync(path, NOTEBOOK_BYTES);
  } catch (error) {
    throw new AppError('invalid', `${path} cannot be read: ${plainFileReason(error)}`, { cause: error });
  }
}
