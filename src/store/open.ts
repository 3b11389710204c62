/** Opens everything that lies in a data folder: the runs' database, the blobs, the work folder. */
import { constants } from 'node:fs';
import { access, mkdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore } from '../domain/blob.ts';
import { diskFull, isDiskFull } from '../domain/disk.ts';
import { AppError } from '../domain/error.ts';
import type { RunStore } from '../domain/run-store.ts';
import { openBlobFolder } from './blob-disk.ts';
import { openSqlite } from './engine/sqlite.ts';
import { keepDatabase } from './keep-database.ts';
import { lockFolder } from './lock.ts';
import type { RetainTimes } from './run-row.ts';
import { forgetAddress } from './server-address.ts';
import { createRunStore } from './run-store.ts';
import { createSecretBox, readKey } from './secret.ts';
import { createWake } from './wake.ts';

export interface OpenStore {
  readonly runs: RunStore;
  readonly blobs: BlobStore;
  /** Absolute folder for the runs' work and output folders. */
  readonly workDirectory: string;
  /** Bytes that are free on the folder's disk, for this user. */
  freeBytes(): Promise<number>;
  /** Closes the database and frees the folder. */
  close(): Promise<void>;
}

/**
 * `directory` is absolute and is made, private to the user, if need be. Throws `conflict` when another process has the
 * folder or a newer
 * version wrote it.
 */
export async function openStore(directory: string, retain: RetainTimes): Promise<OpenStore> {
  const workDirectory = join(directory, 'work');
  await mkdir(workDirectory, { recursive: true, mode: 0o700 })
    .then(() => access(directory, constants.W_OK))
    .catch((error: unknown) => {
      throw unwritable(directory, error);
    });
  const unlock = lockFolder(directory);
  try {
    forgetAddress(directory);
    const runs = await createRunStore(
      {
        engine: openSqlite(join(directory, 'runs.db')),
        secrets: createSecretBox(readKey(join(directory, 'secret.key'))),
        wake: createWake(),
        // read at each use: it may change while the server runs
        get retainMs() {
          return retain.retainMs;
        },
        ...(retain.ruleMs === undefined ? {} : { ruleMs: retain.ruleMs }),
      },
      (step) => keepDatabase(directory, step),
    );
    const blobs = await openBlobFolder(join(directory, 'blobs'));
    return {
      runs,
      blobs,
      workDirectory,
      freeBytes: () => freeBytes(directory),
      close: () => runs.close().finally(unlock),
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

/** The system's refusals as a sentence; anything else stays what it is. */
function unwritable(directory: string, error: unknown): unknown {
  const reason = {
    EACCES: 'this user may not',
    EPERM: 'this user may not',
    EROFS: 'the disk is read-only',
    ENOTDIR: 'a part of the path is a file',
    EEXIST: 'it is a file',
  }[(error as { code?: string }).code ?? ''];
  if (reason === undefined) return isDiskFull(error) ? diskFull(error) : error;
  return new AppError(
    'conflict',
    `The data folder ${directory} cannot be written: ${reason}. Name another with --data, or give this user the right to write there.`,
    { cause: error },
  );
}

async function freeBytes(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}
