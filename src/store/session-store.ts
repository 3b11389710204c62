/** Sessions in the database, on every engine. */
import type { Kysely } from 'kysely';
import type { Person } from '../domain/access/right.ts';
import { SESSION_COUNTS, type Session, type SessionCounts, type SessionStore } from '../domain/access/session.ts';
import { defined } from '../domain/defined.ts';
import type { Tables } from './schema.ts';
import type { SessionTable } from './schema-people.ts';
import { sessionProvider } from './session-provider.ts';
import { orUnavailable, type StoreContext } from './store-context.ts';

export function createSessionStore(
  { engine }: Pick<StoreContext, 'engine'>,
  counts: SessionCounts = SESSION_COUNTS,
): SessionStore {
  const { db } = engine;
  return {
    ...sessionProvider({ engine }),
    add: (hash, session) =>
      orUnavailable({ engine }, () =>
        engine.transaction(async (transaction) => {
          await transaction.deleteFrom('sessions').where('hash', '=', hash).execute();
          const ended = await makeRoom(transaction, session, counts);
          await transaction
            .insertInto('sessions')
            .values({ hash, ...rowOf(session) })
            .execute();
          await notePerson(transaction, session);
          return ended;
        }),
      ),
    async find(hash) {
      const row = await db.selectFrom('sessions').selectAll().where('hash', '=', hash).executeTakeFirst();
      return row === undefined ? undefined : readRow(row);
    },
    async touch(hash, seenAtMs) {
      await engine.unsynced((transaction) =>
        transaction
          .updateTable('sessions')
          .set({ seen_at_ms: seenAtMs })
          .where('hash', '=', hash)
          .where('seen_at_ms', '<', seenAtMs)
          .execute(),
      );
    },
    async list(personId) {
      const rows = await db
        .selectFrom('sessions')
        .selectAll()
        .where('person_id', '=', personId)
        .orderBy('seen_at_ms', 'desc')
        .orderBy('id')
        .execute();
      return rows.map(readRow);
    },
    people: (during, limit) => countPeople(db, during, limit),
    async end(hash) {
      await db.deleteFrom('sessions').where('hash', '=', hash).execute();
    },
    async endOf(personId, which) {
      const all = db.deleteFrom('sessions').where('person_id', '=', personId);
      const some =
        which === undefined ? all : 'id' in which ? all.where('id', '=', which.id) : all.where('id', '!=', which.but);
      return Number((await some.executeTakeFirst()).numDeletedRows);
    },
    async forget(nowMs) {
      await db.deleteFrom('sessions').where('until_ms', '<=', nowMs).execute();
    },
  };
}

/** Those with a name who are signed in. */
async function countPeople(
  db: Kysely<Tables>,
  { nowMs, sinceMs }: Parameters<SessionStore['people']>[0],
  limit: number,
): ReturnType<SessionStore['people']> {
  const rows = await db
    .selectFrom('sessions')
    .select(({ fn }) => ['person_id', fn.countAll().as('sessions'), fn.max('seen_at_ms').as('seen')])
    .where('person_id', 'is not', null)
    .where('until_ms', '>', nowMs)
    .where('seen_at_ms', '>', sinceMs)
    .groupBy('person_id')
    .orderBy('seen', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ person_id, sessions, seen }) => ({
    personId: person_id ?? '',
    sessions: Number(sessions),
    seenAtMs: Number(seen),
  }));
}

/** What is known of people at their last sign-in. */
async function notePerson(
  db: Kysely<Tables>,
  { personId, person, provider, begunAtMs, lookup }: Session,
): Promise<void> {
  if (personId === undefined || person === undefined) return;
  const known = { person: JSON.stringify(person), provider, seen_at_ms: begunAtMs, lookup: lookup ?? null };
  await db
    .insertInto('people')
    .values({ id: personId, ...known })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(known))
    .execute();
}

/** Ends those of the same owner that are over, and the least recently used ones if there are too many. */
async function makeRoom(db: Kysely<Tables>, { personId, begunAtMs }: Session, counts: SessionCounts): Promise<number> {
  const own = db.selectFrom('sessions').select(['hash']);
  const of = personId === undefined ? own.where('person_id', 'is', null) : own.where('person_id', '=', personId);
  await db.deleteFrom('sessions').where('until_ms', '<=', begunAtMs).execute();
  const surplus = await of
    .orderBy('seen_at_ms', 'desc')
    .orderBy('id')
    .limit(Number.MAX_SAFE_INTEGER)
    .offset((personId === undefined ? counts.nameless : counts.person) - 1)
    .execute();
  for (const { hash } of surplus) await db.deleteFrom('sessions').where('hash', '=', hash).execute();
  return surplus.length;
}

function rowOf(session: Session): Omit<SessionTable, 'hash'> {
  return {
    id: session.id,
    kind: session.kind,
    person_id: session.personId ?? null,
    person: session.person === undefined ? null : JSON.stringify(session.person),
    provider: session.provider,
    provider_session: session.providerSession ?? null,
    provider_subject: session.subject ?? null,
    provider_state: session.state ?? null,
    refresh_at_ms: session.refreshAtMs ?? null,
    basis: session.basis,
    begun_at_ms: session.begunAtMs,
    seen_at_ms: session.seenAtMs,
    until_ms: session.untilMs,
    address: session.address,
    browser: session.browser,
  };
}

function readRow(row: SessionTable): Session {
  return {
    id: row.id,
    kind: row.kind === 'operator' ? 'operator' : 'person',
    ...defined({
      personId: row.person_id ?? undefined,
      person: row.person === null ? undefined : (JSON.parse(row.person) as Person),
      subject: row.provider_subject ?? undefined,
      providerSession: row.provider_session ?? undefined,
      state: row.provider_state ?? undefined,
      refreshAtMs: row.refresh_at_ms ?? undefined,
    }),
    provider: row.provider,
    basis: row.basis,
    begunAtMs: row.begun_at_ms,
    seenAtMs: row.seen_at_ms,
    untilMs: row.until_ms,
    address: row.address,
    browser: row.browser,
  };
}
