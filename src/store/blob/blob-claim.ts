/**
 * Keeps the deletion of bytes that nobody needs, and another process that stores the same bytes, apart: who stores them
 * claims their hash first, who deletes them marks it first, and the row of the hash admits one of the two. Why that
 * suffices: docs/adr/0019.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { SelectQueryBuilder, Transaction } from 'kysely';
import { LRUCache } from 'lru-cache';
import { HOUR_MS, MINUTE_MS } from '../../domain/milliseconds.ts';
import { RUN_PATIENCE_MS, type Blob, type BlobStore } from '../../domain/run/blob.ts';
import type { Engine } from '../engine/engine.ts';
import type { Tables } from '../schema.ts';
import { orUnavailable } from '../store-context.ts';

/** How long a claim keeps bytes that no report has yet. */
const CLAIM_MS = HOUR_MS;
/** A claim that this process made is not made again meanwhile. */
const CLAIMED_ANEW_MS = CLAIM_MS / 4;
const CLAIMS_REMEMBERED = 10_000;
/** How long a mark stands whose deletion never came to its end. Longer than any request to a store may last. */
const DOOM_MS = 3 * MINUTE_MS;
/** A deletion that has not begun by then does not begin. */
const BEGIN_MS = MINUTE_MS / 2;
const LOOK_AGAIN_MS = 50;

/** A lock: while somebody holds it, no bytes are deleted, so that a copy of the database finds all of its files. */
export const BACKUP_LOCK = 'backup';

/** To be awaited before bytes are written, or found to be there. Throws `unavailable`: no database, or a full one. */
export type ClaimBlob = (blob: Blob) => Promise<void>;

/** `wait`: between two looks at a mark. */
export function createClaims(engine: Engine, wait: () => Promise<unknown> = () => pause(LOOK_AGAIN_MS)): ClaimBlob {
  const claimed = new LRUCache<string, true>({ max: CLAIMS_REMEMBERED, ttl: CLAIMED_ANEW_MS });
  return async (blob) => {
    if (claimed.get(blob.hash) === true) return;
    // the database's time of the claim is no earlier
    const start = performance.now();
    const attempt = () => engine.transaction((db) => claim(db, engine, blob), { patienceMs: RUN_PATIENCE_MS });
    while (!(await orUnavailable({ engine }, attempt))) await wait();
    claimed.set(blob.hash, true, { start });
  };
}

/** The store, whose `delete` leaves what is claimed or needed; `blobs` must claim what it stores. */
export function guardDeletion(blobs: BlobStore, engine: Engine): BlobStore {
  return {
    ...blobs,
    async delete(hash, unusedSinceMs) {
      const beganMs = performance.now();
      const mark = await engine.transaction(async (db) =>
        (await engine.isHeld(db, BACKUP_LOCK)) ? undefined : doom(db, engine, hash),
      );
      if (mark === undefined || performance.now() - beganMs > BEGIN_MS) return 0;
      // if it fails, it may still be under way: the mark stays until its time is over
      const freed = await blobs.delete(hash, unusedSinceMs);
      await engine.transaction((db) =>
        db
          .deleteFrom('blobs')
          .where('hash', '=', hash)
          .where('doomed_until_ms', '=', mark)
          .where('owners', '<=', 0)
          .execute(),
      );
      return freed;
    },
  };
}

/** Removes rows of bytes that nobody needs, claims or deletes; `hashes`: among these only. */
export async function dropUnowned(
  db: Transaction<Tables>,
  engine: Engine,
  hashes?: SelectQueryBuilder<Tables, 'run_blobs' | 'bundle_blobs', { hash: string }>,
): Promise<void> {
  const unowned = db
    .deleteFrom('blobs')
    .where('owners', '<=', 0)
    .where('claimed_ms', '<', engine.nowMs(-CLAIM_MS))
    .where((is) => is.or([is('doomed_until_ms', 'is', null), is('doomed_until_ms', '<', engine.nowMs(0))]));
  await (hashes === undefined ? unowned : unowned.where('hash', 'in', hashes)).execute();
}

/** False while the bytes are being deleted. */
async function claim(db: Transaction<Tables>, engine: Engine, { hash, sizeBytes }: Blob): Promise<boolean> {
  const now = engine.nowMs(0);
  const claimed = await db
    .insertInto('blobs')
    .values({ hash, size_bytes: sizeBytes, owners: 0, claimed_ms: now })
    .onConflict((conflict) =>
      conflict
        .column('hash')
        .doUpdateSet({ size_bytes: sizeBytes, claimed_ms: now, doomed_until_ms: null })
        .where((is) => is.or([is('blobs.doomed_until_ms', 'is', null), is('blobs.doomed_until_ms', '<', now)])),
    )
    .returning('hash')
    .executeTakeFirst();
  return claimed !== undefined;
}

/** The mark; undefined if the bytes are needed or claimed, or another process deletes them. */
async function doom(db: Transaction<Tables>, engine: Engine, hash: string): Promise<number | undefined> {
  const until = engine.nowMs(DOOM_MS);
  const marked = await db
    .insertInto('blobs')
    .values({ hash, size_bytes: 0, owners: 0, doomed_until_ms: until })
    .onConflict((conflict) =>
      conflict
        .column('hash')
        .doUpdateSet({ doomed_until_ms: until })
        .where('blobs.owners', '<=', 0)
        .where('blobs.claimed_ms', '<', engine.nowMs(-CLAIM_MS))
        .where((is) =>
          is.or([is('blobs.doomed_until_ms', 'is', null), is('blobs.doomed_until_ms', '<', engine.nowMs(0))]),
        ),
    )
    .returning('doomed_until_ms')
    .executeTakeFirst();
  return marked?.doomed_until_ms ?? undefined;
}
