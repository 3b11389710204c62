/** Finds the files of kept reports that are missing or damaged. Only reads; other processes may work meanwhile. */
import type { Blob, BlobReader } from '../domain/run/blob.ts';
import { eachOf, isWhole } from './blob/blob-check.ts';
import type { Engine } from './engine/engine.ts';

const FILES_AT_ONCE = 200;
/** Reports that are named for a file that many have. */
const REPORTS_NAMED = 5;

export interface BadFile extends Blob {
  /** Some of the reports that need it. */
  readonly runs: readonly { readonly id: string; readonly script: string }[];
}

export interface FileCheck {
  /** Of those that were read. */
  readonly files: number;
  readonly bytes: number;
  readonly bad: readonly BadFile[];
  /** There were so many that the rest was not read. */
  readonly isStopped: boolean;
}

export interface FileCheckOptions {
  /** Called after each file. */
  readonly progress: (done: { readonly files: number; readonly bytes: number }) => void;
  /** With so many that are missing or damaged, the rest is not read. */
  readonly mostBad: number;
}

/** Reads every byte of every file that kept reports need. Throws if the files or the database cannot be reached. */
export async function checkFiles(
  { db }: Pick<Engine, 'db'>,
  blobs: BlobReader,
  { progress, mostBad }: FileCheckOptions,
): Promise<FileCheck> {
  const bad: BadFile[] = [];
  let [files, bytes] = [0, 0];
  for (let after = ''; ;) {
    const batch = await db
      .selectFrom('blobs')
      .select(['hash', 'size_bytes as sizeBytes'])
      .where('owners', '>', 0)
      .where('hash', '>', after)
      .orderBy('hash')
      .limit(FILES_AT_ONCE)
      .execute();
    const hashes = await eachOf(
      batch,
      ({ hash }) => isWhole(blobs, hash),
      ({ sizeBytes }) => progress({ files: (files += 1), bytes: (bytes += sizeBytes) }),
    );
    for (const { hash, sizeBytes } of batch.filter((blob) => hashes.includes(blob.hash))) {
      const runs = await owners(db, hash);
      // without any, the report was deleted meanwhile
      if (runs.length > 0) bad.push({ hash, sizeBytes, runs });
    }
    const isStopped = bad.length >= mostBad;
    if (isStopped || batch.length < FILES_AT_ONCE) return { files, bytes, bad, isStopped };
    after = batch.at(-1)?.hash ?? '';
  }
}

async function owners(db: Engine['db'], hash: string): Promise<BadFile['runs']> {
  return db
    .selectFrom('run_blobs')
    .innerJoin('runs', 'runs.number', 'run_blobs.run_number')
    .select(['runs.id', 'runs.script'])
    .where('run_blobs.hash', '=', hash)
    .orderBy('runs.number', 'desc')
    .limit(REPORTS_NAMED)
    .execute();
}
