/** What a move takes along besides tables and files: keys, the operator's token, numbers. */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { AppError } from '../../domain/error.ts';
import { DATABASE } from '../database-check.ts';
import { readDataFile } from '../data-file.ts';
import type { Engine } from '../engine/engine.ts';
import { databaseId, IDENTITY } from '../identity.ts';
import { OPERATOR_TOKEN } from '../operator-token.ts';
import { SECRET_KEY } from '../secret.ts';
import { openKeys } from '../server-key.ts';
import type { MoveSource } from './move-source.ts';
import { MOVED_TABLES } from './move-table.ts';

/** Throws `conflict` for a data folder that has reports, or belongs to another database. Creates it if needed. */
export async function prepareFolder(engine: Engine, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const known = readDataFile(join(directory, IDENTITY))?.toString('utf8').trim();
  const own = (await engine.db.selectFrom('identity').select('id').executeTakeFirst())?.id;
  if (!existsSync(join(directory, DATABASE)) && (known === undefined || known === own)) return;
  throw new AppError(
    'conflict',
    `The data folder ${directory} has reports of its own, or belongs to another database. Name a new one with --to-data.`,
  );
}

export interface KeyPlace {
  /** The new data folder. */
  readonly data: string;
  /** Of the setting `server_key`. */
  readonly serverKeys: readonly string[];
}

/** Runs that wait with passwords can be executed, and people stay signed in. */
export async function moveKeys(from: string, { data: to, serverKeys }: KeyPlace): Promise<void> {
  for (const name of [SECRET_KEY, OPERATOR_TOKEN]) {
    const bytes = readDataFile(join(from, name));
    if (bytes !== undefined) await writeFile(join(to, name), bytes, { mode: 0o600, flush: true });
  }
  // a database that has an id already gets no key from its first process
  openKeys(to, serverKeys);
}

/** New rows get numbers that no row has ever had. */
export async function setNumbers(source: MoveSource, engine: Engine): Promise<void> {
  for (const { name } of MOVED_TABLES.filter(({ key }) => key.join('') === 'number')) {
    const last = source.lastNumber(name);
    if (last > 0)
      await sql`select setval(pg_get_serial_sequence(${name}, 'number'), ${last}::bigint)`.execute(engine.db);
  }
}

/** From now on the folder is the one of the database. */
export async function pairMoved(engine: Engine, directory: string): Promise<void> {
  await writeFile(join(directory, IDENTITY), `${await databaseId(engine)}\n`, { mode: 0o600, flush: true });
}
