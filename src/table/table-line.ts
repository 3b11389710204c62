/** The lines of a compressed text, each at most so long, in bounded memory. */
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { pipeline } from 'node:stream';
import { TableError } from './table-error.ts';

const LINE_FEED = 0x0a;
const LINE_BYTES = 32_000_000;

/** Throws `TableError` for a longer line, and what the decompression throws. */
export async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  // an error destroys both, and is thrown to the reader of the second
  pipeline(Readable.from(chunks), gunzip, () => undefined);
  let parts: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of gunzip as AsyncIterable<Uint8Array>) {
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, from)) {
      yield Buffer.concat([...parts, chunk.subarray(from, end)]);
      parts = [];
      length = 0;
      from = end + 1;
    }
    if (from === chunk.length) continue;
    parts.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length > LINE_BYTES) throw new TableError('a line is too long');
  }
  if (length > 0) throw new TableError('its last line is not complete');
}
