/**
 * Bundles own the blobs of their files, as runs own theirs: from the submission of a run that is pinned to them, until
 * no unfinished run needs them and none has used them for a while.
 */
import { sql } from 'kysely';
import type { Transaction } from 'kysely';
import type { Blob } from '../domain/run/blob.ts';
import type { Bundle } from '../domain/run/bundle.ts';
import type { RunStore } from '../domain/run/run-store.ts';
import { countOwners } from './blob/blob-owner.ts';
import { dropUnowned } from './blob/blob-claim.ts';
import type { Engine } from './engine/engine.ts';
import type { Tables } from './schema.ts';
import type { StoreContext } from './store-context.ts';

/** Rows per statement: far below every engine's limit on bound values. */
const ROWS_PER_STATEMENT = 500;
const BUNDLES_AT_ONCE = 20;

export function bundleStore({ engine }: StoreContext): Pick<RunStore, 'touchBundle' | 'releaseBundles'> {
  return {
    touchBundle: (hash, atMs) => engine.unsynced((db) => touch(db, hash, atMs)),
    async releaseBundles(unusedSinceMs) {
      let released = 0;
      for (;;) {
        const count = await engine.transaction((db) => release(db, engine, unusedSinceMs));
        released += count;
        if (count < BUNDLES_AT_ONCE) return released;
      }
    },
  };
}

/** Makes the bundle an owner of its blobs, unless it is one; then it counts as used now. */
export async function addBundle(db: Transaction<Tables>, bundle: Bundle, atMs: number): Promise<void> {
  if (await touch(db, bundle.hash, atMs)) return;
  await db
    .insertInto('bundles')
    .values({ hash: bundle.hash, used_at_ms: atMs })
    .onConflict((conflict) => conflict.column('hash').doUpdateSet({ used_at_ms: atMs }))
    .execute();
  const own: Blob = { hash: bundle.hash, sizeBytes: bundle.sizeBytes };
  const sizes = new Map([own, ...bundle.files].map(({ hash, sizeBytes }) => [hash, sizeBytes]));
  // sorted: see `addOwned`
  const rows = [...sizes]
    .map(([hash, size_bytes]) => ({ hash, size_bytes }))
    .sort((a, b) => (a.hash < b.hash ? -1 : 1));
  for (let at = 0; at < rows.length; at += ROWS_PER_STATEMENT) {
    const inserted = await db
      .insertInto('bundle_blobs')
      .values(rows.slice(at, at + ROWS_PER_STATEMENT).map((row) => ({ ...row, bundle: bundle.hash })))
      .onConflict((conflict) => conflict.columns(['bundle', 'hash']).doNothing())
      .returning(['hash', 'size_bytes'])
      .execute();
    await countOwners(db, inserted);
  }
}

async function touch(db: Transaction<Tables>, hash: string, atMs: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('bundles')
    .set({ used_at_ms: atMs })
    .where('hash', '=', hash)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

/** The condition on the time is checked again once a row is locked: a submission may have used it meanwhile. */
async function release(db: Transaction<Tables>, engine: Engine, unusedSinceMs: number): Promise<number> {
  const unused = db
    .selectFrom('bundles')
    .select('hash')
    .where('used_at_ms', '<', unusedSinceMs)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('runs')
            .select('runs.number')
            .whereRef('runs.bundle', '=', 'bundles.hash')
            .where('runs.bundle', 'is not', null)
            .where('runs.ended_at_ms', 'is', null),
        ),
      ),
    )
    .limit(BUNDLES_AT_ONCE);
  const found = await (engine.locksRows ? unused.forUpdate() : unused).execute();
  const hashes = found.map(({ hash }) => hash);
  if (hashes.length === 0) return 0;
  const owned = db.selectFrom('bundle_blobs').where('bundle', 'in', hashes);
  await db
    .updateTable('blobs')
    .where('hash', 'in', owned.select('hash'))
    .set({
      owners: sql`owners - (select count(*) from bundle_blobs where bundle_blobs.hash = blobs.hash and bundle in (${sql.join(hashes)}))`,
    })
    .execute();
  await dropUnowned(db, engine, owned.select('hash'));
  await db.deleteFrom('bundle_blobs').where('bundle', 'in', hashes).execute();
  await db.deleteFrom('bundles').where('hash', 'in', hashes).execute();
  return hashes.length;
}
