/**
 * The processes of a database use the same key: the fingerprint of the newest one is in the database, and a process
 * that does not have that key is refused. Otherwise people would be signed out at every other page, and passwords lost.
 */
import { AppError } from '../domain/error.ts';
import type { Engine } from './engine/engine.ts';
import { createSecretBox } from './secret.ts';
import type { ServerKeys } from './server-key.ts';

/** Rows that `countClosed` looks at. */
const MOST_LOOKED = 1_000;

/** Notes the newest key. Throws `conflict` if the other processes use a key that is not among these. */
export async function agreeOnKey(engine: Engine, keys: ServerKeys | undefined, shown: string): Promise<ServerKeys> {
  const [newest] = keys ?? [];
  await engine.transaction(async (db) => {
    await engine.lock(db, 'server key');
    const used = (await db.selectFrom('identity').select('key_fingerprint').executeTakeFirst())?.key_fingerprint;
    if (!knows(keys, used)) throw otherKey(shown);
    if (newest !== undefined && used !== newest.fingerprint)
      await db.updateTable('identity').set({ key_fingerprint: newest.fingerprint }).execute();
  });
  if (keys === undefined) throw otherKey(shown);
  return keys;
}

/** Throws as `agreeOnKey`. Only reads. */
export async function checkKey({ db }: Engine, keys: ServerKeys | undefined, shown: string): Promise<void> {
  const used = (await db.selectFrom('identity').select('key_fingerprint').executeTakeFirst())?.key_fingerprint;
  if (!knows(keys, used)) throw otherKey(shown);
}

/** How many waiting or running runs have passwords that none of these keys opens. */
export async function countClosed({ db }: Pick<Engine, 'db'>, [newest, ...older]: ServerKeys): Promise<number> {
  const rows = await db
    .selectFrom('runs')
    .select(['id', 'secrets'])
    .where('secrets', 'is not', null)
    .limit(MOST_LOOKED)
    .execute();
  const box = createSecretBox(newest.seal, ...older.map(({ seal }) => seal));
  return rows.filter(({ id, secrets }) => {
    try {
      box.open(secrets ?? '', id);
      return false;
    } catch {
      return true;
    }
  }).length;
}

function knows(keys: ServerKeys | undefined, used: string | null | undefined): boolean {
  return used === null || used === undefined || (keys ?? []).some(({ fingerprint }) => fingerprint === used);
}

function otherKey(shown: string): AppError {
  return new AppError(
    'conflict',
    `The processes of ${shown} use a key that this one does not have. Give all of them the same SCRIPT_RUNNER_SERVER_KEY, or one data folder with the key; a new key stands before the one that is in use (docs/operating.md).`,
  );
}
