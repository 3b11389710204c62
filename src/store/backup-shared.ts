/**
 * Backups of a PostgreSQL database and its files: a dump, every file that its reports need, and the checksums. No file
 * is deleted meanwhile, so that the copy is complete while the processes work.
 */
import { execFile } from 'node:child_process';
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { AppError } from '../domain/error.ts';
import { appear, copyBlobs, copyFile, damaged, FORMAT, MANIFEST, readManifest } from './backup.ts';
import type { CopyOptions, Manifest } from './backup.ts';
import { BACKUP_LOCK } from './blob/blob-claim.ts';
import { blobsOfData, openBlobReader } from './blob/blob-place.ts';
import { openProblem } from './engine/postgres-error.ts';
import { createLock } from './engine/postgres-lock.ts';
import { openPostgres } from './engine/postgres.ts';
import { databaseId, IDENTITY } from './identity.ts';
import { checkMigrations } from './migrate.ts';
import { refuseUnfinished } from './move/move-mark.ts';
import { checkServer, type SharedDatabase } from './open-shared.ts';
import { openKeys } from './server-key.ts';
import { hashFile } from './synced-file.ts';

export const DUMP = 'reports.dump';
const MESSAGE_BYTES = 1_000_000;

/** As `backUp`, of the database and the files in `options.blobs`. Throws `conflict` while another backup is made. */
export async function backUpShared(
  { url, shown }: SharedDatabase,
  target: string,
  options: CopyOptions & Required<Pick<CopyOptions, 'blobs'>>,
): Promise<Manifest> {
  const connection = { url, role: 'backup', isPatient: true };
  const engine = openPostgres(connection, 1);
  const lock = createLock(connection, BACKUP_LOCK);
  try {
    await checkServer(engine, shown);
    await refuseUnfinished(engine, shown);
    const holder = await lock.take();
    if (holder !== undefined) throw new AppError('conflict', `${shown} is being backed up already, by ${holder}.`);
    return await appear(target, async (folder) => {
      const { id, runs, hashes } = await dump(engine.db, url, join(folder, DUMP));
      const missing = await copyBlobs(await openBlobReader(options.blobs), folder, hashes, options.progress);
      if (missing.length > 0)
        throw new AppError('internal', `The file ${missing[0] ?? ''} of a report is missing in its store.`);
      await writeFile(join(folder, IDENTITY), `${id}\n`, { mode: 0o600, flush: true });
      const manifest: Manifest = {
        format: FORMAT,
        serverVersion: options.serverVersion,
        madeAt: new Date().toISOString(),
        database: await hashFile(join(folder, DUMP)),
        runs,
        blobs: hashes.size,
      };
      await writeFile(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600, flush: true });
      return manifest;
    });
  } catch (error) {
    throw openProblem(shown, error);
  } finally {
    await lock.release();
    await engine.close();
  }
}

/** The dump and the list of its files are of one moment. */
async function dump(db: ReturnType<typeof openPostgres>['db'], url: string, path: string) {
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (current) => {
      await sql`set local idle_in_transaction_session_timeout = 0`.execute(current);
      const { rows } = await sql<{ name: string }>`select pg_export_snapshot() as name`.execute(current);
      const owned = await current.selectFrom('blobs').select('hash').where('owners', '>', 0).execute();
      const { runs } = await current
        .selectFrom('runs')
        .select(({ fn }) => fn.countAll<number>().as('runs'))
        .executeTakeFirstOrThrow();
      const { id } = await current.selectFrom('identity').select('id').executeTakeFirstOrThrow();
      await program('pg_dump', url, '--format=custom', `--snapshot=${rows[0]?.name ?? ''}`, `--file=${path}`);
      await chmod(path, 0o600);
      return { id, runs, hashes: new Set(owned.map(({ hash }) => hash)) };
    });
}

export interface RestoreOptions extends Pick<CopyOptions, 'progress'> {
  /** Of the setting `server_key`. */
  readonly serverKeys: readonly string[];
}

/**
 * Restores a backup into a new database and a new data folder, after checking every byte. Throws as `restore`, and
 * `conflict` for a database that is not empty.
 */
export async function restoreShared(
  from: string,
  { url, shown }: SharedDatabase,
  data: string,
  { progress, serverKeys }: RestoreOptions,
): Promise<Manifest> {
  const manifest = await readManifest(from);
  const engine = openPostgres({ url, role: 'restore', isPatient: true }, 1);
  try {
    await checkServer(engine, shown);
    if ((await checkMigrations(engine)) !== 'new')
      throw new AppError('conflict', `The database ${shown} is not empty, and is not overwritten. Create a new one.`);
    return await appear(data, async (folder) => {
      const hashes = await hashesOf(from);
      if (hashes.size !== manifest.blobs) throw damaged('blobs');
      await copyBlobs(await openBlobReader(blobsOfData(from)), folder, hashes, progress);
      if ((await hashFile(join(from, DUMP))) !== manifest.database) throw damaged(DUMP);
      await program('pg_restore', url, '--single-transaction', '--no-owner', '--no-privileges', join(from, DUMP));
      await copyFile(join(from, IDENTITY), join(folder, IDENTITY));
      if ((await databaseId(engine)) !== (await idIn(folder))) throw damaged(IDENTITY);
      // the key is not in the backup: the first process tells which one is used now
      await engine.db.updateTable('identity').set({ key_fingerprint: null }).execute();
      openKeys(folder, serverKeys);
      return manifest;
    });
  } catch (error) {
    throw openProblem(shown, error);
  } finally {
    await engine.close();
  }
}

async function idIn(folder: string): Promise<string> {
  return (await readFile(join(folder, IDENTITY), 'utf8')).trim();
}

async function hashesOf(from: string): Promise<ReadonlySet<string>> {
  const hashes = new Set<string>();
  for (const start of await readdir(join(from, 'blobs')).catch(() => []))
    for (const rest of await readdir(join(from, 'blobs', start))) hashes.add(start + rest);
  return hashes;
}

/** A program of PostgreSQL; the password is in its environment, which others cannot read. */
async function program(name: string, url: string, ...words: readonly string[]): Promise<void> {
  const address = new URL(url);
  const password = decodeURIComponent(address.password) || address.searchParams.get('password');
  address.password = '';
  address.searchParams.delete('password');
  const environment = { ...process.env, ...(password ? { PGPASSWORD: password } : {}) };
  await promisify(execFile)(name, [...words, `--dbname=${address.href}`], {
    env: environment,
    maxBuffer: MESSAGE_BYTES,
  }).catch((error: NodeJS.ErrnoException & { stderr?: string }) => {
    if (error.code === 'ENOENT')
      throw new AppError(
        'conflict',
        `There is no ${name} here. Install the programs of PostgreSQL (on Debian: apt install postgresql-client).`,
      );
    throw new AppError('conflict', (error.stderr ?? '').trim() || `${name} failed.`, { cause: error });
  });
}
