/**
 * Adds up what reports take, of all scripts and in total. A million rows take a second: they are read piece by piece,
 * and pages that show the sums share one reading for a while.
 */
import { setImmediate as otherWork } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Holding } from '../../domain/retention/retention.ts';
import type { Holdings, RetentionStore } from '../../domain/retention/retention-store.ts';
import { UNFINISHED } from '../../domain/run/run.ts';
import type { Engine } from '../engine/engine.ts';
import { mayGo } from './run-usage.ts';
import type { StoreContext } from '../store-context.ts';

/** Takes some milliseconds. */
const ROWS_AT_ONCE = 5_000;

export interface HoldingStore extends Pick<RetentionStore, 'holdings'> {
  /** The sums have changed at once, as people expect to see. */
  forgetHoldings(): void;
}

export function runHolding({ engine }: Pick<StoreContext, 'engine'>): HoldingStore {
  let known: { readonly atMs: number; readonly sums: Promise<Holdings> } | undefined;
  return {
    async holdings(maxAgeMs = 0) {
      if (known !== undefined && performance.now() - known.atMs < maxAgeMs) return known.sums;
      const own = { atMs: performance.now(), sums: readHoldings(engine) };
      known = own;
      own.sums.catch(() => {
        if (known === own) known = undefined;
      });
      return own.sums;
    },
    forgetHoldings() {
      known = undefined;
    },
  };
}

async function readHoldings(engine: Engine): Promise<Holdings> {
  const scripts = await scriptHoldings(engine);
  const sum = (of: keyof Holding) => [...scripts.values()].reduce((total, holding) => total + holding[of], 0);
  const bytes = (await ownedBytes(engine)) - (await stayingBytes(engine));
  return { all: { count: sum('count'), bytes: sum('bytes') + bytes }, scripts };
}

/** Logs only. */
async function scriptHoldings({ db }: Engine): Promise<ReadonlyMap<string, Holding>> {
  const scripts = new Map<string, Holding>();
  for (let before: string | undefined; ;) {
    let next = db.selectFrom('runs').select('script').where(mayGo);
    if (before !== undefined) next = next.where('script', '>', before);
    const found = await next.orderBy('script').limit(1).executeTakeFirst();
    if (found === undefined) return scripts;
    before = found.script;
    scripts.set(found.script, await holdingOf(db, found.script));
    await otherWork();
  }
}

async function holdingOf(db: Engine['db'], script: string): Promise<Holding> {
  let held: Holding = { count: 0, bytes: 0 };
  for (let after = 0; ;) {
    const piece = db
      .selectFrom('runs')
      .select(['number', 'log_bytes'])
      .where(mayGo)
      .where('script', '=', script)
      .where('number', '>', after)
      .orderBy('number')
      .limit(ROWS_AT_ONCE);
    const { count, bytes, last } = await db
      .selectFrom(piece.as('piece'))
      .select((select) => [
        select.fn.countAll().as('count'),
        select.fn.sum('log_bytes').as('bytes'),
        select.fn.max('number').as('last'),
      ])
      .executeTakeFirstOrThrow();
    held = { count: held.count + Number(count), bytes: held.bytes + Number(bytes ?? 0) };
    if (Number(count) < ROWS_AT_ONCE) return held;
    after = Number(last);
    await otherWork();
  }
}

/** Of all files that runs or bundles have. */
async function ownedBytes({ db, rowNumber }: Engine): Promise<number> {
  const all = db.selectFrom('blobs').where('owners', '>', 0);
  if (rowNumber === undefined) {
    const { bytes } = await all.select(({ fn }) => fn.sum('size_bytes').as('bytes')).executeTakeFirstOrThrow();
    return Number(bytes ?? 0);
  }
  let total = 0;
  for (let after = 0; ;) {
    const piece = all
      .select(['size_bytes', rowNumber.as('place')])
      .where(rowNumber, '>', after)
      .orderBy(rowNumber)
      .limit(ROWS_AT_ONCE);
    const { bytes, last } = await db
      .selectFrom(piece.as('piece'))
      .select(({ fn }) => [fn.sum('size_bytes').as('bytes'), fn.max('place').as('last')])
      .executeTakeFirstOrThrow();
    if (last === null) return total;
    total += Number(bytes);
    after = last;
    await otherWork();
  }
}

/** Of those that stay anyway, with a kept or unfinished run or in a bundle. */
async function stayingBytes({ db }: Engine): Promise<number> {
  const staying = db.selectFrom('runs').innerJoin('run_blobs', 'run_blobs.run_number', 'runs.number').select('hash');
  const { bytes } = await db
    .selectFrom('blobs')
    .where('owners', '>', 0)
    .where(
      'hash',
      'in',
      staying
        .where('pinned', '=', sql.lit(1))
        .union(staying.where('status', 'in', UNFINISHED))
        .union(db.selectFrom('bundle_blobs').select('hash')),
    )
    .select((select) => select.fn.sum('size_bytes').as('bytes'))
    .executeTakeFirstOrThrow();
  return Number(bytes ?? 0);
}
