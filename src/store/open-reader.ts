/** Reads what is already open in the store: from another thread of the same process, or from another process. */
import { join } from 'node:path';
import type { BlobPlace, BlobReader } from '../domain/run/blob.ts';
import type { RunStore } from '../domain/run/run-store.ts';
import { openBlobReader } from './blob/blob-place.ts';
import type { Engine } from './engine/engine.ts';
import { openSqliteReader } from './engine/sqlite.ts';
import { runFind } from './run/run-find.ts';
import { runPlace } from './run/run-place.ts';
import { runLog } from './run/run-log.ts';
import { runShare } from './run/run-share.ts';
import type { StoreContext } from './store-context.ts';
import type { Notifier } from './notifier.ts';

/** Readers of many reports share them. */
const MAX_CONNECTIONS = 3;

export interface StoreReader {
  readonly runs: Pick<RunStore, 'find' | 'isShared' | 'position' | 'events' | 'isFarBehind' | 'subscribe'>;
  readonly blobs: BlobReader;
  close(): Promise<void>;
}

export interface ReaderOptions {
  /** Reports additions to the logs. */
  readonly notifier: Notifier;
  readonly blobs: BlobPlace;
  /** Address of the PostgreSQL database; without it, SQLite in the folder. */
  readonly url?: string | undefined;
}

/** The reader does not know how long reports are kept. */
export async function openReader(directory: string, { notifier, blobs, url }: ReaderOptions): Promise<StoreReader> {
  const noSecrets = () => {
    throw new Error('Readers have no access to secrets.');
  };
  const context: StoreContext = {
    engine:
      url === undefined
        ? openSqliteReader(join(directory, 'runs.db'), { isLive: true })
        : await openPostgresReader(url),
    secrets: { seal: noSecrets, open: noSecrets },
    notifier,
    retainMs: Infinity,
  };
  const { find } = runFind(context);
  const { isShared } = runShare(context);
  const { position } = runPlace(context);
  const { events, isFarBehind, subscribe } = runLog(context);
  return {
    runs: { find, isShared, position, events, isFarBehind, subscribe },
    blobs: await openBlobReader(blobs),
    close: () => context.engine.close(),
  };
}

/** Loaded when needed, as in `openStore`. */
async function openPostgresReader(url: string): Promise<Engine> {
  const { openPostgres } = await import('./engine/postgres.ts');
  return openPostgres({ url, role: 'reader' }, MAX_CONNECTIONS);
}
