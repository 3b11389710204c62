/** Sessions that were just read: a page and what it loads ask the database once. */
import type { SessionStore } from '../domain/access/session.ts';

/** What another process ends is effective here after this time. */
const FRESH_MS = 1_000;
/** More than requests of one second. */
const MOST = 1_000;

type Found = ReturnType<SessionStore['find']>;

/** `nowMs`: of a clock that only runs forward. */
export function rememberSessions(store: SessionStore, nowMs: () => number = () => performance.now()): SessionStore {
  const known = new Map<string, { readonly atMs: number; readonly found: Found }>();
  const forgetting =
    <Given extends readonly unknown[], Result>(change: (...given: Given) => Promise<Result>) =>
    (...given: Given) =>
      change(...given).finally(() => known.clear());
  return {
    ...store,
    find(hash) {
      const fresh = known.get(hash);
      if (fresh !== undefined && nowMs() - fresh.atMs < FRESH_MS) return fresh.found;
      const found = store.find(hash);
      known.delete(hash);
      known.set(hash, { atMs: nowMs(), found });
      // what could not be read is read again
      found.catch(() => known.delete(hash));
      if (known.size > MOST) known.delete(known.keys().next().value ?? '');
      return found;
    },
    touch: forgetting(store.touch),
    add: forgetting(store.add),
    end: forgetting(store.end),
    endOf: forgetting(store.endOf),
    claimRefresh: forgetting(store.claimRefresh),
    makeDue: forgetting(store.makeDue),
    renew: forgetting(store.renew),
    endByProvider: forgetting(store.endByProvider),
  };
}
