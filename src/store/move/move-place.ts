/**
 * Moves the files of reports into another place: from the data folder into a bucket, or back. The database stays where
 * it is. The source is read only; the new place belongs to the database once every file has been read back there.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../domain/error.ts';
import type { BlobPlace } from '../../domain/run/blob.ts';
import { eachOf, isWhole } from '../blob/blob-check.ts';
import { forgetElsewhere, markPlace, noteElsewhere, refuseForeign } from '../blob/blob-pair.ts';
import { openBlobReader, openNewPlace } from '../blob/blob-place.ts';
import { checkDatabase, DATABASE } from '../database-check.ts';
import type { Engine } from '../engine/engine.ts';
import { openSqlite } from '../engine/sqlite.ts';
import { checkPair } from '../identity.ts';
import { lockFolder } from '../lock.ts';
import { checkMigrations } from '../migrate.ts';
import type { SharedDatabase } from '../open-shared.ts';
import { copyFile } from './move-file.ts';
import type { MoveStep } from './move.ts';
import { refuseUnfinished } from './move-mark.ts';
import { openMoveTarget } from './move-target.ts';

const FILES_AT_ONCE = 200;
/** With more, the files are probably elsewhere. */
const MOST_BAD = 1_000;

export interface FileMovePlan {
  /** The data folder. */
  readonly data: string;
  /** A PostgreSQL database; undefined: SQLite in the data folder. */
  readonly database: SharedDatabase | undefined;
  readonly from: BlobPlace;
  readonly to: BlobPlace;
}

export interface FileMoveOptions {
  readonly progress: (step: MoveStep) => void;
  /** Files that are missing or damaged in the source do not prevent the end of the move. */
  readonly withoutBad: boolean;
}

export interface MovedFiles {
  readonly files: number;
  readonly bytes: number;
  /** Hashes of files that were missing or damaged in the source. */
  readonly bad: readonly string[];
}

/**
 * Executed again, it continues: what is in the new place is read, not copied again. Throws `conflict` with a sentence
 * for what prevents the move, also while a server uses the database.
 */
export async function movePlace(plan: FileMovePlan, options: FileMoveOptions): Promise<MovedFiles> {
  const { engine, close } = await openAlone(plan);
  try {
    const to = await openNewPlace(plan.to);
    try {
      await refuseForeign(engine, to.mark);
      const moved = await copyAll(engine, { from: await openBlobReader(plan.from), to: to.blobs }, options);
      if (moved.bad.length > 0 && !options.withoutBad) throw badFiles(moved.bad);
      await markPlace(engine, to.mark);
      if (to.mark === undefined) forgetElsewhere(plan.data);
      else noteElsewhere(plan.data, plan.to);
      return moved;
    } finally {
      to.close();
    }
  } finally {
    await close();
  }
}

/** No server uses the database meanwhile. */
async function openAlone({ data, database }: FileMovePlan): Promise<{ engine: Engine; close(): Promise<void> }> {
  if (database !== undefined) {
    const target = await openMoveTarget(database);
    try {
      await refuseUnfinished(target.engine, database.shown);
      await refuseOlder(target.engine);
      await checkPair(target.engine, data, database.shown);
      return target;
    } catch (error) {
      await target.close();
      throw error;
    }
  }
  if (!existsSync(join(data, DATABASE)))
    throw new AppError('not-found', `There are no reports in ${data}. Name the data folder with --data.`);
  const unlock = lockFolder(data);
  try {
    checkDatabase(data);
    const engine = openSqlite(join(data, DATABASE));
    const close = () => engine.close().finally(unlock);
    await refuseOlder(engine).catch(async (error: unknown) => {
      await close();
      throw error;
    });
    return { engine, close };
  } catch (error) {
    unlock();
    throw error;
  }
}

async function refuseOlder(engine: Engine): Promise<void> {
  if ((await checkMigrations(engine)) === 'current') return;
  throw new AppError(
    'conflict',
    'The database is new, or of an earlier version. Start this version once, stop it, and execute the command again.',
  );
}

async function copyAll(
  { db }: Engine,
  way: Parameters<typeof copyFile>[0],
  { progress }: FileMoveOptions,
): Promise<MovedFiles> {
  const all = db.selectFrom('blobs').where('owners', '>', 0);
  const sums = await all
    .select(({ fn }) => [fn.countAll().as('count'), fn.sum('size_bytes').as('bytes')])
    .executeTakeFirstOrThrow();
  const [total, totalBytes] = [Number(sums.count), Number(sums.bytes ?? 0)];
  const bad: string[] = [];
  let [files, bytes] = [0, 0];
  for (let after = ''; ;) {
    const batch = await all
      .select(['hash', 'size_bytes as sizeBytes'])
      .where('hash', '>', after)
      .orderBy('hash')
      .limit(FILES_AT_ONCE)
      .execute();
    const failed = await eachOf(
      batch,
      async (blob) => (await isWhole(way.to, blob.hash)) || copyFile(way, blob),
      ({ sizeBytes }) =>
        progress({ what: 'files', done: (files += 1), total, bytes: (bytes += sizeBytes), totalBytes }),
    );
    bad.push(...failed);
    if (bad.length > MOST_BAD) throw badFiles(bad);
    if (batch.length < FILES_AT_ONCE) return { files, bytes, bad };
    after = batch.at(-1)?.hash ?? '';
  }
}

function badFiles(bad: readonly string[]): AppError {
  const [first = ''] = bad;
  return new AppError(
    'conflict',
    `${bad.length} of the files that reports need are missing or damaged in the source, the first is ${first}. Restore them from a backup and execute the command again; or add --without-damaged: the reports that need them say so.`,
  );
}
