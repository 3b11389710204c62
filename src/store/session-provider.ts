/** What providers say of sessions later: who the person is now, and that it is over. */
import type { SessionStore } from '../domain/access/session.ts';
import type { StoreContext } from './store-context.ts';

export function sessionProvider({
  engine: { db },
}: Pick<StoreContext, 'engine'>): Pick<SessionStore, 'claimRefresh' | 'makeDue' | 'renew' | 'endByProvider'> {
  return {
    async claimRefresh(hash, { nowMs, againAtMs }) {
      const { numUpdatedRows } = await db
        .updateTable('sessions')
        .set({ refresh_at_ms: againAtMs })
        .where('hash', '=', hash)
        .where('refresh_at_ms', '<=', nowMs)
        .executeTakeFirst();
      return Number(numUpdatedRows) > 0;
    },
    async makeDue(provider, subject) {
      await db
        .updateTable('sessions')
        .set({ refresh_at_ms: 0 })
        .where('provider', '=', provider)
        .where('provider_subject', '=', subject)
        .execute();
    },
    async renew(hash, { person, state, refreshAtMs }) {
      const changed = {
        person: JSON.stringify(person),
        provider_state: state ?? null,
        refresh_at_ms: refreshAtMs ?? null,
      };
      await db.updateTable('sessions').set(changed).where('hash', '=', hash).execute();
    },
    async endByProvider(provider, { session, subject }) {
      const own = db.deleteFrom('sessions').where('provider', '=', provider);
      const which =
        session === undefined
          ? own.where('provider_subject', '=', subject ?? '')
          : own.where('provider_session', '=', session);
      // with both, the session is one of that person
      const some =
        session === undefined || subject === undefined ? which : which.where('provider_subject', '=', subject);
      return Number((await some.executeTakeFirst()).numDeletedRows);
    },
  };
}
