/** Reads back the values of MIME bundles that are stored in blobs. */
import type { BlobReference } from '../../domain/run/run-event.ts';
import type { Json } from '../../domain/text/json.ts';

/** The value that the worker's `storeBundle` moved into a blob. */
export function readBundleValue(bytes: Uint8Array, { encoding }: BlobReference): Json {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  switch (encoding) {
    case 'text':
      return buffer.toString('utf8');
    case 'base64':
      return buffer.toString('base64');
    case 'json':
      return JSON.parse(buffer.toString('utf8')) as Json;
  }
}
