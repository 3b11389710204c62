/** Prepares MIME bundles for the log: large values are moved to blobs. */
import type { BlobStore } from '../domain/run/blob.ts';
import type { Json } from '../domain/text/json.ts';
import type { MimeBundle } from '../domain/notebook/notebook.ts';
import type { BlobReference, StoredBundle } from '../domain/run/run-event.ts';

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
export function boundBundle(bundle: MimeBundle): { readonly bundle: MimeBundle; readonly isWhole: boolean } {
  const forms = Object.entries(bundle);
  const kept = forms.filter(([mime]) => mime.length <= MIME_CHARS).slice(0, FORMS);
  return kept.length === forms.length
    ? { bundle, isWhole: true }
    : { bundle: Object.fromEntries(kept), isWhole: false };
}

/** Approximate size of the bundle in bytes. */
export function bundleSize(bundle: MimeBundle): number {
  return Object.entries(bundle).reduce<number>((sum, [mime, value]) => sum + mime.length + textOf(value).length, 0);
}

/** Durable when it settles. Throws as `BlobStore.put`. */
export async function storeBundle(blobs: Pick<BlobStore, 'put'>, bundle: MimeBundle): Promise<StoredBundle> {
  const entries = await Promise.all(
    Object.entries(bundle).map(async ([mime, value]): Promise<[string, Json | BlobReference]> => {
      const text = textOf(value);
      if (text.length <= INLINE_CHARS) return [mime, value];
      const encoding = typeof value !== 'string' ? 'json' : isBinary(mime) ? 'base64' : 'text';
      const { hash, sizeBytes } = await blobs.put(Buffer.from(text, encoding === 'base64' ? 'base64' : 'utf8'));
      return [mime, { $blob: hash, sizeBytes, encoding }];
    }),
  );
  return Object.fromEntries(entries);
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
