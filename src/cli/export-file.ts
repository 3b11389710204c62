/** Writes an exported report where it is wanted. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../domain/error.ts';
import { fileStem } from '../domain/report/report-file-name.ts';
import type { ExportedDocument } from '../app/report/report-document.ts';

/** `-` is standard output; without `out`, a file in the current folder, named by the report's title. */
export async function writeExported({ run, format, content, pictures }: ExportedDocument, out?: string): Promise<void> {
  if (out === '-') {
    return writeOutput(content instanceof Uint8Array ? [content] : content);
  }
  const path = out ?? `${fileStem(run.title)}.${format.extension}`;
  await writeAt(path, content);
  for (const picture of pictures) await writeAt(join(dirname(path), picture.path), picture.bytes);
}

/** To standard output. */
export async function writeOutput(chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<void> {
  await pipeline(Readable.from(chunks), process.stdout, { end: false });
}

/** Creates missing folders, replaces a file. Throws `internal` if it cannot be written. */
export async function writeAt(path: string, content: Uint8Array | AsyncIterable<Uint8Array>): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  } catch (error) {
    throw new AppError('internal', `${path} could not be written: ${(error as Error).message}`, { cause: error });
  }
}

/** Aborts by Ctrl-C, so that the programs which write a document end, too. */
export function stopsBySignal() {
  const stop = new AbortController();
  const abort = () => stop.abort(new AppError('unavailable', 'Interrupted.'));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, abort);
  return {
    signal: stop.signal,
    end: () => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, abort);
    },
  };
}
