/** Composes what reads kept tables, each on threads of its own. */
import type { BlobPlace } from '../domain/run/blob.ts';
import { createTableClient } from '../thread/table-client.ts';
import { createTablePageClient } from '../thread/table-page-client.ts';

/** `blobs`: where the tables are stored. */
export function composeTables(blobs: BlobPlace) {
  const [tables, tablePages] = [createTableClient(blobs), createTablePageClient(blobs)];
  return {
    ports: { tables, tablePages },
    close: () => Promise.all([tables.close(), tablePages.close()]),
  };
}
