/** Composes what reads kept tables, each on threads of its own. */
import { createTableClient } from '../thread/table-client.ts';
import { createTablePageClient } from '../thread/table-page-client.ts';

/** `directory`: the data folder. */
export function composeTables(directory: string) {
  const [tables, tablePages] = [createTableClient(directory), createTablePageClient(directory)];
  return {
    ports: { tables, tablePages },
    close: () => Promise.all([tables.close(), tablePages.close()]),
  };
}
