/** A file with values that fills the form: it is read with the form that is posted, and not kept. */
import type { BusboyFileStream } from '@fastify/busboy';
import { AppError } from '../domain/error.ts';

/** The fields of its content, and of its name. */
export const VALUES_FILE = '_file';
export const VALUES_FILE_NAME = '_file_name';
const MOST_BYTES = 1_000_000;

/** Throws `invalid` for a file that is too large or no text. */
export async function readValuesText(stream: BusboyFileStream): Promise<string> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
    sizeBytes += chunk.byteLength;
    // what is too much is read, too, so that the form can be answered
    if (sizeBytes <= MOST_BYTES) chunks.push(chunk);
  }
  if (sizeBytes > MOST_BYTES) throw new AppError('invalid', 'The file with values is too large: at most 1 MB.');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new AppError('invalid', 'The file with values is no text in UTF-8.');
  }
}
