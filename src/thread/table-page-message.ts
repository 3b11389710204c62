/** The messages between the server's thread and the thread that reads pages of tables. */
import type { BlobPlace } from '../domain/run/blob.ts';
import type { TablePageRows, TableQuery } from '../domain/run/table-page.ts';

export interface TablePageQuestion {
  readonly blobs: BlobPlace;
  readonly hash: string;
  readonly query: TableQuery;
}

export type TablePageAnswer =
  | { readonly type: 'page'; readonly page: TablePageRows }
  | { readonly type: 'gone' }
  /** The table cannot be read, or has no such column: “it is empty”. */
  | { readonly type: 'refused'; readonly why: string }
  | { readonly type: 'failed'; readonly message: string };
