/** Prepares MIME bundles for the log: large values are moved to blobs. */
import type { BlobStore } from '../../domain/run/blob.ts';
import type { Json } from '../../domain/text/json.ts';
import { isBlobReference } from '../../domain/run/run-blob.ts';
import { LongJson } from '../../domain/text/json-long.ts';
import type { DisplayData } from '../../domain/kernel/kernel.ts';
import type { BlobReference, StoredBundle } from '../../domain/run/run-event.ts';

/** Number of formats of one output. */
const FORMS = 50;
const MIME_CHARS = 200;
/** Larger values go to a blob. */
const INLINE_CHARS = 4096;

/** True for types that Jupyter sends as base64: everything but text, JSON, XML and scripts. */
export function isBinary(mime: string): boolean {
  return /^(image|audio|video|font)\//.test(mime)
    ? !mime.includes('xml')
    : /^application\/(pdf|octet-stream|zip)/.test(mime);
}

/** The formats that are kept; `isWhole` is false if some are not: too many, or of a type whose name is too long. */
export function boundBundle(bundle: DisplayData): { readonly bundle: DisplayData; readonly isWhole: boolean } {
  const kept: [string, Json | LongJson][] = [];
  let isWhole = true;
  for (const mime in bundle) {
    if (kept.length === FORMS) return { bundle: Object.fromEntries(kept), isWhole: false };
    if (mime.length <= MIME_CHARS) kept.push([mime, bundle[mime]!]);
    else isWhole = false;
  }
  return isWhole ? { bundle, isWhole } : { bundle: Object.fromEntries(kept), isWhole };
}

/** Approximate size of the bundle in bytes. */
export function bundleSize(bundle: DisplayData): number {
  return Object.entries(bundle).reduce<number>((sum, [mime, value]) => sum + mime.length + textOf(value).length, 0);
}

/** Durable when it settles. Throws as `BlobStore.put`. */
export async function storeBundle(blobs: Pick<BlobStore, 'put'>, bundle: DisplayData): Promise<StoredBundle> {
  const entries = await Promise.all(
    Object.entries(bundle).map(async ([mime, value]): Promise<[string, Json | BlobReference]> => {
      const text = textOf(value);
      // a value that looks like a reference must not become one
      const isPlain = !(value instanceof LongJson) && !isBlobReference(value);
      if (text.length <= INLINE_CHARS && isPlain) return [mime, value];
      const encoding = typeof value !== 'string' ? 'json' : isBinary(mime) ? 'base64' : 'text';
      const { hash, sizeBytes } = await blobs.put(Buffer.from(text, encoding === 'base64' ? 'base64' : 'utf8'));
      return [mime, { $blob: hash, sizeBytes, encoding }];
    }),
  );
  return Object.fromEntries(entries);
}

function textOf(value: Json | LongJson): string {
  if (value instanceof LongJson) return value.text;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
