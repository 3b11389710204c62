/** Backups: a folder with a consistent state of the database, every blob that it names, and the checksums. */
import Database from 'better-sqlite3';
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../domain/error.ts';
import type { BlobPlace, BlobReader } from '../domain/run/blob.ts';
import { blobsOfData, openBlobReader } from './blob/blob-place.ts';
import { checkDatabase, DATABASE, databaseProblem } from './database-check.ts';
import { hashFile, writeSynced } from './synced-file.ts';

export interface Manifest {
  readonly format: 1;
  readonly serverVersion: string;
  readonly madeAt: string;
  /** SHA-256 of `runs.db` or `reports.dump`; each blob is named by its own. */
  readonly database: string;
  readonly runs: number;
  readonly blobs: number;
}

export interface CopyOptions {
  /** Where the files of the data folder's reports are; by default in it. */
  readonly blobs?: BlobPlace;
  readonly serverVersion: string;
  /** Called after each file. */
  readonly progress: (done: number, total: number) => void;
}

export const MANIFEST = 'back-up.json';
export const FORMAT = 1;
/**
 * A report may be deleted after the database was copied and before its bytes were: then the database is copied again.
 */
const TRIES = 5;
const ALL_PAGES = 0x7fff_ffff;

/**
 * Copies the data folder, in use or not, to `target`, which appears when it is complete. Leaves out `secret.key` and
 * the operator's token. Throws `conflict` when `target` exists and is not empty, `not-found` without data, `internal`
 * for damaged bytes.
 */
export async function backUp(data: string, target: string, options: CopyOptions): Promise<Manifest> {
  if (!existsSync(join(data, DATABASE)))
    throw new AppError('not-found', `There are no reports in ${data}. Name the data folder with --data.`);
  checkDatabase(data);
  return appear(target, async (folder) => {
    const { hashes, runs } = await copyAll(data, folder, options).catch((error: unknown) => {
      throw databaseProblem(data, error);
    });
    const manifest: Manifest = {
      format: FORMAT,
      serverVersion: options.serverVersion,
      madeAt: new Date().toISOString(),
      database: await hashFile(join(folder, DATABASE)),
      runs,
      blobs: hashes.size,
    };
    await writeSynced(join(folder, MANIFEST), [Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)], 0o600);
    return manifest;
  });
}

/**
 * Creates the data folder `data` from a backup, after checking every byte. Throws `conflict` when `data` contains
 * anything, `not-found` when `from` is not a backup, `invalid` when one of its files is missing or damaged.
 */
export async function restore(
  from: string,
  data: string,
  { progress }: Pick<CopyOptions, 'progress'>,
): Promise<Manifest> {
  const manifest = await readManifest(from);
  return appear(data, async (folder) => {
    if ((await copyFile(join(from, DATABASE), join(folder, DATABASE))) !== manifest.database) throw damaged(DATABASE);
    const { hashes } = contents(join(folder, DATABASE));
    const missing = await copyBlobs(await openBlobReader(blobsOfData(from)), folder, hashes, progress);
    if (missing.length > 0) throw damaged(`blobs/${missing[0] ?? ''}`);
    return manifest;
  });
}

async function copyAll(data: string, folder: string, { progress, blobs = blobsOfData(data) }: CopyOptions) {
  const reader = await openBlobReader(blobs);
  for (let attempt = 1; ; attempt += 1) {
    await rm(join(folder, DATABASE), { force: true });
    await copyDatabase(join(data, DATABASE), join(folder, DATABASE));
    const found = contents(join(folder, DATABASE));
    const missing = await copyBlobs(reader, folder, found.hashes, progress);
    if (missing.length === 0) {
      await dropOthers(folder, found.hashes);
      return found;
    }
    if (attempt === TRIES)
      throw new AppError('internal', `The file ${missing[0] ?? ''} of a report is missing in ${data}.`);
  }
}

/** All pages in one step: under one lock, so that writers cannot make it start again for ever. */
export async function copyDatabase(from: string, to: string): Promise<void> {
  const database = new Database(from, { readonly: true });
  try {
    await database.backup(to, { progress: () => ALL_PAGES });
  } finally {
    database.close();
  }
}

function contents(path: string): { readonly hashes: ReadonlySet<string>; readonly runs: number } {
  const database = new Database(path);
  try {
    database.pragma('journal_mode = DELETE');
    if (database.pragma('integrity_check', { simple: true }) !== 'ok') throw damaged(DATABASE);
    const hashes = database.prepare('select hash from blobs where owners > 0').pluck().all() as string[];
    return { hashes: new Set(hashes), runs: database.prepare('select count(*) from runs').pluck().get() as number };
  } finally {
    database.close();
  }
}

/** Returns the hashes of missing blobs. Throws `invalid` when bytes do not match their name. */
export async function copyBlobs(
  from: BlobReader,
  to: string,
  hashes: ReadonlySet<string>,
  progress: CopyOptions['progress'],
): Promise<readonly string[]> {
  const missing: string[] = [];
  let done = 0;
  for (const hash of hashes) {
    const path = join('blobs', hash.slice(0, 2), hash.slice(2));
    if (!existsSync(join(to, path))) {
      const found = await from.open(hash);
      if (found === undefined) missing.push(hash);
      else {
        await mkdir(dirname(join(to, path)), { recursive: true, mode: 0o700 });
        if ((await writeSynced(join(to, path), found.stream)).hash !== hash) throw damaged(path);
      }
    }
    progress((done += 1), hashes.size);
  }
  return missing;
}

async function dropOthers(folder: string, hashes: ReadonlySet<string>): Promise<void> {
  for (const start of await readdir(join(folder, 'blobs')).catch(() => [])) {
    for (const rest of await readdir(join(folder, 'blobs', start))) {
      if (!hashes.has(start + rest)) await rm(join(folder, 'blobs', start, rest), { force: true });
    }
  }
}

/** Returns the SHA-256 of what was copied. */
export async function copyFile(from: string, to: string): Promise<string> {
  const source = await open(from);
  try {
    const chunks = source.createReadStream({ autoClose: false }) as AsyncIterable<Buffer>;
    return (await writeSynced(to, chunks, 0o600)).hash;
  } finally {
    await source.close();
  }
}

export async function readManifest(from: string): Promise<Manifest> {
  const text = await readFile(join(from, MANIFEST), 'utf8').catch(() => '');
  let manifest: Partial<Manifest> = {};
  try {
    manifest = JSON.parse(text) as Partial<Manifest>;
  } catch {
    throw new AppError('not-found', `${from} is not a backup: it has no readable ${MANIFEST}.`);
  }
  if (manifest.format !== FORMAT)
    throw new AppError('conflict', 'This backup was made by a newer version of Script Runner. Use that version.');
  return manifest as Manifest;
}

/** Creates a folder beside `target` and renames it to `target` when `fill` has succeeded; otherwise nothing is left. */
export async function appear<T>(target: string, fill: (folder: string) => Promise<T>): Promise<T> {
  const left = await readdir(target).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new AppError('conflict', `${target} already exists and is not a folder. Name a new one.`);
  });
  if (left.length > 0)
    throw new AppError('conflict', `${target} is not empty, and is not overwritten. Name a new folder.`);
  const folder = join(dirname(target), `.${basename(target)}.${process.pid}.partial`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    const result = await fill(folder);
    await rename(folder, target);
    return result;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

export function damaged(path: string): AppError {
  return new AppError('invalid', `${path} is missing or damaged: its checksum differs. Nothing was restored.`);
}
