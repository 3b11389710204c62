/** The messages between the server's thread and a thread that converts a table. */
import type { BlobPlace } from '../domain/run/blob.ts';
import type { TableFormat } from '../domain/run/table.ts';

/** Given to the thread when it starts. */
export interface TableThreadData {
  readonly blobs: BlobPlace;
  readonly hash: string;
  readonly format: TableFormat;
  readonly name: string;
}

/** The answer to each `next`. */
export type TableAnswer =
  | { readonly type: 'bytes'; readonly bytes: Uint8Array }
  | { readonly type: 'end' }
  | { readonly type: 'gone' }
  /** The table cannot be read, or the format cannot hold it: “it is empty”. */
  | { readonly type: 'refused'; readonly why: string };
