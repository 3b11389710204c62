/** Which waiting runs no live worker can execute; see `domain/run/placement`. */
import { sql, type Kysely, type Transaction } from 'kysely';
import { readNeeds, readOffers, unmetNeed, type Needs, type Offers } from '../../domain/run/placement.ts';
import type { RunStore } from '../../domain/run/run-store.ts';
import type { Engine } from '../engine/engine.ts';
import type { Tables } from '../schema.ts';
import type { StoreContext } from '../store-context.ts';

export function runPlacement({ engine }: StoreContext): Pick<RunStore, 'unmetNeed' | 'unplaced' | 'waitingPackages'> {
  const { db } = engine;
  return {
    async unmetNeed(id) {
      if (!engine.isShared) return undefined;
      const found = await db
        .selectFrom('runs')
        .select('needs')
        .where('id', '=', id)
        .where('status', '=', 'queued')
        .executeTakeFirst();
      if (found === undefined) return undefined;
      const workers = await liveOffers(engine);
      return workers === undefined ? undefined : unmetNeed(readNeeds(found.needs ?? ''), workers);
    },
    unplaced: () => unplaced(engine),
    async waitingPackages() {
      const found = new Set<string>();
      const note = ({ packages }: Needs) => {
        if (packages !== undefined) found.add(packages);
        return false;
      };
      await engine.peek((current) => takeableNeeds(current, note));
      return [...found];
    },
  };
}

/** By reason; nothing where one process does everything. Only reads. */
export async function unplaced(engine: Engine): Promise<ReadonlyMap<string, number>> {
  const runs = new Map<string, number>();
  if (!engine.isShared) return runs;
  const workers = await liveOffers(engine);
  if (workers === undefined) return runs;
  const waiting = await engine.db
    .selectFrom('runs')
    .select(({ fn }) => ['needs', fn.countAll<number>().as('count')])
    .where('status', '=', sql.lit('queued'))
    .groupBy('needs')
    .execute();
  for (const { needs, count } of waiting) {
    const why = unmetNeed(readNeeds(needs ?? ''), workers);
    if (why !== undefined) runs.set(why, (runs.get(why) ?? 0) + Number(count));
  }
  return runs;
}

/** The needs of waiting runs that pass the test; each text stands for all runs with the same needs. */
export async function takeableNeeds(
  db: Transaction<Tables> | Kysely<Tables>,
  passes: (needs: Needs) => boolean,
): Promise<string[]> {
  const rows = await db
    .selectFrom('runs')
    .select('needs')
    .distinct()
    .where('status', '=', sql.lit('queued'))
    .where('needs', 'is not', null)
    .execute();
  return rows.flatMap(({ needs }) => (needs !== null && passes(readNeeds(needs)) ? [needs] : []));
}

/** Undefined if there is a worker of an earlier version, which takes every run. */
async function liveOffers(engine: Engine): Promise<readonly Offers[] | undefined> {
  const rows = await engine.db.selectFrom('leases').select('offers').where('until_ms', '>', engine.nowMs(0)).execute();
  const offers = rows.map((row) => readOffers(row.offers)).filter((each) => each !== undefined);
  return offers.length < rows.length ? undefined : offers;
}
