/** Which runs own which blobs, and how many own each: a blob's bytes are freed with its last owner. */
import { sql } from 'kysely';
import type { Transaction } from 'kysely';
import type { Blob } from '../../domain/run/blob.ts';
import { dropUnowned } from './blob-claim.ts';
import type { Engine } from '../engine/engine.ts';
import type { Tables } from '../schema.ts';

/** Rows per statement: far below every engine's limit on bound values. */
const ROWS_PER_STATEMENT = 500;

/** Makes the run an owner of the blobs; those that it already owns do not change. */
export async function addOwned(db: Transaction<Tables>, runNumber: number, blobs: readonly Blob[]): Promise<void> {
  const sizes = new Map(blobs.map(({ hash, sizeBytes }) => [hash, sizeBytes]));
  // sorted: transactions that lock the same rows in the same order do not wait for each other in a circle
  const rows = [...sizes].map(([hash, size_bytes]) => ({ hash, size_bytes })).sort(byHash);
  for (let at = 0; at < rows.length; at += ROWS_PER_STATEMENT) {
    const added = await db
      .insertInto('run_blobs')
      .values(rows.slice(at, at + ROWS_PER_STATEMENT).map((row) => ({ ...row, run_number: runNumber })))
      .onConflict((conflict) => conflict.columns(['run_number', 'hash']).doNothing())
      .returning(['hash', 'size_bytes'])
      .execute();
    await countOwners(db, added);
  }
}

/** Each of these blobs, sorted by hash, has one owner more. */
export async function countOwners(
  db: Transaction<Tables>,
  added: readonly { readonly hash: string; readonly size_bytes: number }[],
): Promise<void> {
  if (added.length === 0) return;
  await db
    .insertInto('blobs')
    .values(added.map((row) => ({ ...row, owners: 1 })))
    .onConflict((conflict) => conflict.column('hash').doUpdateSet({ owners: sql`blobs.owners + 1` }))
    .execute();
}

const byHash = (a: { readonly hash: string }, b: { readonly hash: string }) => (a.hash < b.hash ? -1 : 1);

/** The runs no longer own anything. */
export async function dropOwned(db: Transaction<Tables>, engine: Engine, runNumbers: readonly number[]): Promise<void> {
  const owned = db.selectFrom('run_blobs').where('run_number', 'in', runNumbers);
  await db
    .updateTable('blobs')
    .where('hash', 'in', owned.select('hash'))
    .set({
      owners: sql`owners - (select count(*) from run_blobs where run_blobs.hash = blobs.hash and run_number in (${sql.join(runNumbers)}))`,
    })
    .execute();
  await dropUnowned(db, engine, owned.select('hash'));
  await db.deleteFrom('run_blobs').where('run_number', 'in', runNumbers).execute();
}
