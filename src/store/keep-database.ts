/**
 * Copies of the database from before its tables were changed, in `before-update` of the data folder; the last few stay.
 */
import { chmod, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { copyDatabase } from './backup.ts';
import { BEFORE_UPDATE, DATABASE } from './database-check.ts';

const KEPT = 3;

/** `step`: the last migration of the database. Names begin with the time, so that they sort. */
export async function keepDatabase(directory: string, step: string): Promise<void> {
  const folder = join(directory, BEFORE_UPDATE);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${new Date().toISOString().replaceAll(':', '-')}-${step}.db`);
  await copyDatabase(join(directory, DATABASE), `${path}.partial`);
  await chmod(`${path}.partial`, 0o600);
  await rename(`${path}.partial`, path);
  const names = (await readdir(folder))
    .filter((name) => name !== path.slice(folder.length + 1))
    .sort()
    .reverse();
  for (const name of names.slice(KEPT - 1)) await rm(join(folder, name), { force: true });
}
