/**
 * Counts tries of the password in the database, for all processes that share it: several webs allow no more tries than
 * one. Only allowed tries are stored, so there are never more rows than the limits allow.
 */
import type { Kysely } from 'kysely';
import { countsAt, refuseTry, type PasswordTries, type Trier } from '../domain/access/password-tries.ts';
import type { Engine } from './engine/engine.ts';
import type { Tables } from './schema.ts';

/** How long a refusal is repeated without asking the database: a flood of tries must not hold up other pages. */
const REFUSED_MS = 1_000;

export function countTries(engine: Engine): PasswordTries {
  // one after the other, so that they use one connection at most
  const last: Record<Trier[0], Promise<unknown>> = {
    stranger: Promise.resolve(),
    account: Promise.resolve(),
    device: Promise.resolve(),
    token: Promise.resolve(),
    code: Promise.resolve(),
  };
  const refusals = createRefusals();
  async function take([kind, who]: Trier, nowMs: number): Promise<number | undefined> {
    const known = refusals.find(kind, who, nowMs);
    if (known !== undefined) return known;
    // executed again, it may count twice: nobody gets more tries by that
    const refusal = await engine.unsynced(async (db) => {
      await engine.lock(db, `password tries ${kind}`);
      await forgetTries(db, nowMs);
      const rows = await db
        .selectFrom('password_tries')
        .select(['who', 'at_ms'])
        .where('kind', '=', kind)
        .orderBy('number')
        .execute();
      const tries = rows.map((row) => ({ who: row.who, atMs: row.at_ms }));
      const found = refuseTry(tries, who, nowMs);
      if (found === undefined) await db.insertInto('password_tries').values({ kind, who, at_ms: nowMs }).execute();
      return found;
    });
    if (refusal !== undefined) refusals.add(kind, refusal.isOfAll ? undefined : who, { nowMs, waitS: refusal.waitS });
    return refusal?.waitS;
  }
  return {
    take(by, nowMs) {
      const mine = last[by[0]].then(() => take(by, nowMs));
      last[by[0]] = mine.catch(() => undefined);
      return mine;
    },
    async forgive([kind, who]) {
      await engine.unsynced(async (db, mayBeDone) => {
        const own = db.selectFrom('password_tries').where('kind', '=', kind).where('who', '=', who);
        const right = await own.select('number').orderBy('number', 'desc').limit(1).executeTakeFirst();
        if (right !== undefined && !mayBeDone)
          await db.deleteFrom('password_tries').where('number', '=', right.number).execute();
        await db
          .updateTable('password_tries')
          .set({ who: '' })
          .where('kind', '=', kind)
          .where('who', '=', who)
          .execute();
      });
    },
  };
}

/** Removes those that no longer count. */
export async function forgetTries(db: Kysely<Tables>, nowMs: number): Promise<void> {
  const { afterMs, beforeMs } = countsAt(nowMs);
  await db
    .deleteFrom('password_tries')
    .where((is) => is.or([is('at_ms', '<=', afterMs), is('at_ms', '>=', beforeMs)]))
    .execute();
}

/** The last refusals of one second; `who` undefined: of everybody. */
function createRefusals() {
  let known = new Map<string, { readonly atMs: number; readonly waitS: number }>();
  const isFresh = (atMs: number, nowMs: number) => Math.abs(nowMs - atMs) < REFUSED_MS;
  return {
    find(kind: string, who: string, nowMs: number): number | undefined {
      const refusal = known.get(`${kind} `) ?? known.get(`${kind} ${who}`);
      return refusal !== undefined && isFresh(refusal.atMs, nowMs) ? refusal.waitS : undefined;
    },
    add(kind: string, who: string | undefined, { nowMs, waitS }: { readonly nowMs: number; readonly waitS: number }) {
      known = new Map([...known].filter(([, { atMs }]) => isFresh(atMs, nowMs)));
      known.set(`${kind} ${who ?? ''}`, { atMs: nowMs, waitS });
    },
  };
}
