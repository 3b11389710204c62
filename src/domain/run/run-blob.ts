/** Which blobs an event needs, so that retention never deletes the bytes of a kept report. */
import type { Blob } from './blob.ts';
import type { BlobReference, RunEvent, StoredBundle } from './run-event.ts';
import { isJsonObject } from '../text/json.ts';

export function isBlobReference(value: unknown): value is BlobReference {
  return isJsonObject(value) && typeof value['$blob'] === 'string' && typeof value['sizeBytes'] === 'number';
}

/** The blobs that the event refers to, in order, with possible duplicates. */
export function blobsOf(event: RunEvent): readonly Blob[] {
  switch (event.type) {
    case 'artifact-added':
      return [{ hash: event.artifact.hash, sizeBytes: event.artifact.sizeBytes }];
    case 'kernel-ready':
      return event.packages === undefined ? [] : [{ hash: event.packages.hash, sizeBytes: event.packages.sizeBytes }];
    case 'output-added':
      return event.output.type === 'display' ? bundleBlobs(event.output.data) : [];
    case 'output-updated':
      return bundleBlobs(event.data);
    case 'widgets-changed':
      return event.changes.flatMap(({ state, buffers = [] }) => [
        ...bundleBlobs(state),
        ...bundleBlobs(Object.fromEntries(buffers.map(({ data }, at) => [at, data]))),
      ]);
    case 'file-kept':
      return [{ hash: event.file.$blob, sizeBytes: event.file.sizeBytes }];
    case 'table-kept':
      return event.table === undefined ? [] : [{ hash: event.table.hash, sizeBytes: event.table.sizeBytes }];
    default:
      return [];
  }
}

function bundleBlobs(bundle: StoredBundle): readonly Blob[] {
  return Object.values(bundle)
    .filter(isBlobReference)
    .map(({ $blob, sizeBytes }) => ({ hash: $blob, sizeBytes }));
}
