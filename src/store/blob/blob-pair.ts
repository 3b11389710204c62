/**
 * Files that no report of a database needs are deleted, so those of another one must never be in the same place: a
 * place outside of the data folder has the id of its database.
 */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../domain/error.ts';
import type { BlobPlace, BlobStore } from '../../domain/run/blob.ts';
import { readDataFile } from '../data-file.ts';
import type { Engine } from '../engine/engine.ts';
import { databaseId, IDENTITY } from '../identity.ts';

/** In the data folder: where the files are, if not there. */
const ELSEWHERE = 'artifacts-place';

/** Where a place has the id of its database. */
export interface Mark {
  /** The place, for people. */
  readonly shown: string;
  read(): Promise<string | undefined>;
  /** Does nothing if there is one already. */
  write(text: string): Promise<void>;
}

/** A place into which the files of a database are moved. */
export interface NewPlace {
  readonly blobs: BlobStore;
  /** Undefined in the data folder, which belongs to the database anyway. */
  readonly mark: Mark | undefined;
  close(): void;
}

/** Throws `conflict` for the place of another database. */
export async function refuseForeign(engine: Engine, mark: Mark | undefined): Promise<void> {
  const known = (await mark?.read())?.trim();
  if (mark !== undefined && known !== undefined && known !== (await databaseId(engine)))
    throw foreign(mark.shown, 'belongs to another database');
}

/** From now on the place is the one of the database: all its files are there. Throws as `refuseForeign`. */
export async function markPlace(engine: Engine, mark: Mark | undefined): Promise<void> {
  await mark?.write(`${await databaseId(engine)}\n`);
  await refuseForeign(engine, mark);
}

/** Throws `conflict` for the place of another database, and for an empty one if the database has files elsewhere. */
export async function pairPlace(engine: Engine, { shown, read, write }: Mark): Promise<void> {
  const id = await databaseId(engine);
  // a process that begins meanwhile would read a mark that is half written
  await engine.transaction(async (db) => {
    await engine.lock(db, 'place of the files');
    const known = (await read())?.trim();
    if (known === id) return;
    if (known !== undefined) throw foreign(shown, 'belongs to another database');
    if (await hasFiles(db))
      throw foreign(
        shown,
        `does not have the files of the reports that there are already. Copy what is in the folder blobs of the data folder there, and the id of the database (${id}) as ${IDENTITY}`,
      );
    await write(`${id}\n`);
    if ((await read())?.trim() !== id) throw foreign(shown, 'belongs to another database');
  });
}

/** The mark of a folder outside of the data folder, which is created if needed. */
export function folderMark(folder: string): Mark {
  const path = join(folder, IDENTITY);
  const unless = (code: string) => (error: NodeJS.ErrnoException) => {
    if (error.code !== code) throw error;
    return undefined;
  };
  return {
    shown: folder,
    read: () => readFile(path, 'utf8').catch(unless('ENOENT')),
    async write(text) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeFile(path, text, { mode: 0o600, flag: 'wx', flush: true }).catch(unless('EEXIST'));
    },
  };
}

/** Throws `conflict` if the files are elsewhere than in the data folder, and the settings no longer say so. */
export async function checkElsewhere(engine: Engine, directory: string, place: BlobPlace): Promise<void> {
  const path = join(directory, ELSEWHERE);
  if (!('folder' in place) || !place.isUsual || !existsSync(path) || !(await hasFiles(engine.db))) return;
  const text = readDataFile(path)?.toString('utf8') ?? '';
  throw new AppError(
    'conflict',
    `The files of the reports are in ${text}. Set artifacts to that. If you have copied them to ${place.folder}, remove the file ${path}.`,
  );
}

/** Where the files of the data folder are, for people, if not in it. */
export function elsewhereOf(directory: string): string | undefined {
  return readDataFile(join(directory, ELSEWHERE))?.toString('utf8');
}

/** Once the place is in use. */
export function noteElsewhere(directory: string, place: BlobPlace): void {
  if ('folder' in place && place.isUsual) return;
  const path = join(directory, ELSEWHERE);
  const shown = 'folder' in place ? place.folder : place.shown;
  if (readDataFile(path)?.toString('utf8') !== shown) writeFileSync(path, shown, { mode: 0o600 });
}

/** The files are in the data folder again. */
export function forgetElsewhere(directory: string): void {
  rmSync(join(directory, ELSEWHERE), { force: true });
}

async function hasFiles(db: Engine['db']): Promise<boolean> {
  return (
    (await db.selectFrom('blobs').select('hash').where('owners', '>', 0).limit(1).executeTakeFirst()) !== undefined
  );
}

function foreign(shown: string, what: string): AppError {
  return new AppError(
    'conflict',
    `The store of the reports’ files, ${shown}, ${what}. Each database needs a place of its own: name it with the setting artifacts.`,
  );
}
