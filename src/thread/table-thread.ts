/** A thread that converts one table: it makes the next bytes when they are asked for. */
import { parentPort, workerData } from 'node:worker_threads';
import { openBlobReader } from '../store/blob/blob-place.ts';
import { convertTable } from '../table/table-convert.ts';
import { TableError } from '../table/table-error.ts';
import type { TableAnswer, TableThreadData } from './table-message.ts';

/** Smaller pieces are sent together. */
const PIECE_BYTES = 256 * 1024;

const port = parentPort!;
const { blobs, hash, format, name } = workerData as TableThreadData;
const pieces = convert();

async function* convert(): AsyncGenerator<Uint8Array> {
  const blob = await (await openBlobReader(blobs)).open(hash);
  if (blob === undefined) throw new Gone();
  yield* joined(convertTable(blob.stream, format, name));
}

class Gone extends Error {}

async function* joined(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    waiting.push(chunk);
    bytes += chunk.byteLength;
    if (bytes < PIECE_BYTES) continue;
    yield Buffer.concat(waiting);
    waiting = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(waiting);
}

async function answer(): Promise<TableAnswer> {
  try {
    const { value, done } = await pieces.next();
    return done === true ? { type: 'end' } : { type: 'bytes', bytes: value };
  } catch (error) {
    if (error instanceof Gone) return { type: 'gone' };
    if (error instanceof TableError) return { type: 'refused', why: error.message };
    throw error;
  }
}

port.on('message', () => void answer().then((message) => port.postMessage(message)));
