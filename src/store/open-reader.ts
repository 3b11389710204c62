/** Reads a data folder that is already open in the store: from another thread of the same process. */
import { join } from 'node:path';
import type { BlobStore } from '../domain/run/blob.ts';
import type { RunStore } from '../domain/run/run-store.ts';
import { readBlobs } from './blob-disk.ts';
import { openSqliteReader } from './engine/sqlite.ts';
import { runFind } from './run-find.ts';
import { runLog } from './run-log.ts';
import type { StoreContext } from './store-context.ts';
import type { Notifier } from './notifier.ts';

export interface StoreReader {
  readonly runs: Pick<RunStore, 'find' | 'position' | 'events' | 'isFarBehind' | 'subscribe'>;
  readonly blobs: Pick<BlobStore, 'get' | 'open'>;
}

/** `notifier` reports additions to the logs. The reader does not know how long reports are kept. */
export function openReader(directory: string, notifier: Notifier): StoreReader {
  const noSecrets = () => {
    throw new Error('Readers have no access to secrets.');
  };
  const context: StoreContext = {
    engine: openSqliteReader(join(directory, 'runs.db')),
    secrets: { seal: noSecrets, open: noSecrets },
    notifier,
    retainMs: Infinity,
  };
  const { find, position } = runFind(context);
  const { events, isFarBehind, subscribe } = runLog(context);
  return {
    runs: { find, position, events, isFarBehind, subscribe },
    blobs: readBlobs(join(directory, 'blobs')),
  };
}
