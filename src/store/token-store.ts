/** Tokens of people, and who those people are, in the database, on every engine. */
import type { Kysely, Transaction } from 'kysely';
import type { Person } from '../domain/access/right.ts';
import { TOKEN_LIMITS, type Token, type TokenStore } from '../domain/access/token.ts';
import type { TokenScope } from '../domain/access/token-bounds.ts';
import { defined } from '../domain/defined.ts';
import { AppError } from '../domain/error.ts';
import { forgetRevoked } from './revoked.ts';
import type { Tables } from './schema.ts';
import type { TokenTable } from './schema-people.ts';
import { orUnavailable, type StoreContext } from './store-context.ts';

/** Of all people, that a list shows. */
const MOST_LISTED = 1_000;

export function createTokenStore({ engine }: Pick<StoreContext, 'engine'>, limits = TOKEN_LIMITS): TokenStore {
  const { db } = engine;
  return {
    add: (hash, token) =>
      orUnavailable({ engine }, () =>
        engine.transaction(async (current, mayBeDone) => {
          if (mayBeDone && (await hasHash(current, hash))) return;
          await engine.lock(current, 'tokens');
          await makeRoom(current, token.personId, limits);
          await current
            .insertInto('tokens')
            .values({ hash, ...rowOf(token) })
            .execute();
        }),
      ),
    async find(hash) {
      const row = await db
        .selectFrom('tokens')
        .innerJoin('people', 'people.id', 'tokens.person_id')
        .selectAll('tokens')
        .select(['people.person', 'people.provider', 'people.lookup', 'people.seen_at_ms'])
        .where('hash', '=', hash)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      const { provider, lookup, seen_at_ms: seenAtMs } = row;
      const person = JSON.parse(row.person) as Person;
      return { token: readRow(row), person, provider, seenAtMs, ...(lookup === null ? {} : { lookup }) };
    },
    async list(personId, limit = MOST_LISTED) {
      const all = db
        .selectFrom('tokens')
        .innerJoin('people', 'people.id', 'tokens.person_id')
        .selectAll('tokens')
        .select(['people.provider', 'people.seen_at_ms']);
      const some = personId === undefined ? all : all.where('person_id', '=', personId);
      const rows = await some.orderBy('created_at_ms', 'desc').orderBy('id').limit(limit).execute();
      return rows.map((row) => ({ ...readRow(row), provider: row.provider, personSeenAtMs: row.seen_at_ms }));
    },
    async revoke({ id, personId }, nowMs) {
      const one = db.updateTable('tokens').set({ revoked_at_ms: nowMs }).where('id', '=', id);
      const own = personId === undefined ? one : one.where('person_id', '=', personId);
      const row = await own.where('revoked_at_ms', 'is', null).returningAll().executeTakeFirst();
      return row === undefined ? undefined : readRow(row);
    },
    async touch(id, nowMs) {
      await engine.unsynced((current) =>
        current.updateTable('tokens').set({ used_at_ms: nowMs }).where('id', '=', id).execute(),
      );
    },
    async notePerson(id, person, { provider, nowMs, isNew }) {
      const row = { person: JSON.stringify(person), provider, seen_at_ms: nowMs };
      if (!isNew) return void (await db.updateTable('people').set(row).where('id', '=', id).execute());
      await db
        .insertInto('people')
        .values({ id, ...row })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
        .execute();
    },
    forget: (beforeMs) => forget(db, beforeMs),
  };
}

async function forget(db: Kysely<Tables>, beforeMs: number): Promise<void> {
  await db
    .deleteFrom('tokens')
    .where((is) => is.or([is('until_ms', '<', beforeMs), is('revoked_at_ms', '<', beforeMs)]))
    .execute();
  await db
    .deleteFrom('people')
    .where('seen_at_ms', '<', beforeMs)
    .where('id', 'not in', (from) => from.selectFrom('tokens').select('person_id'))
    .where('id', 'not in', (from) =>
      from.selectFrom('sessions').select('person_id').where('person_id', 'is not', null).$castTo<string>(),
    )
    .execute();
}

async function hasHash(db: Transaction<Tables>, hash: string): Promise<boolean> {
  return (await db.selectFrom('tokens').select('id').where('hash', '=', hash).executeTakeFirst()) !== undefined;
}

/** Throws `conflict` and `unavailable` where there is none. */
async function makeRoom(db: Transaction<Tables>, personId: string, limits: typeof TOKEN_LIMITS): Promise<void> {
  await forgetRevoked(db, 'tokens', { person_id: personId }, limits.ofPerson);
  const { own, all } = await db
    .selectFrom('tokens')
    .select(({ fn, case: when }) => [
      fn.countAll().as('all'),
      fn.sum(when().when('person_id', '=', personId).then(1).else(0).end()).as('own'),
    ])
    .where('revoked_at_ms', 'is', null)
    .executeTakeFirstOrThrow();
  if (Number(own ?? 0) >= limits.ofPerson)
    throw new AppError('conflict', `You have ${limits.ofPerson} tokens, which is the limit. Revoke one first.`);
  if (Number(all) >= limits.ofAll)
    throw new AppError('unavailable', 'The server has no room for more tokens. Tell whoever runs it.');
}

function rowOf(token: Token): Omit<TokenTable, 'hash'> {
  return {
    id: token.id,
    person_id: token.personId,
    name: token.name,
    scope: token.scope,
    places: JSON.stringify(token.places),
    created_at_ms: token.createdAtMs,
    until_ms: token.untilMs,
    used_at_ms: token.usedAtMs ?? null,
    revoked_at_ms: token.revokedAtMs ?? null,
  };
}

function readRow(row: TokenTable): Token {
  return {
    id: row.id,
    personId: row.person_id,
    name: row.name,
    scope: row.scope as TokenScope,
    places: JSON.parse(row.places) as readonly string[],
    createdAtMs: row.created_at_ms,
    untilMs: row.until_ms,
    ...defined({ usedAtMs: row.used_at_ms ?? undefined, revokedAtMs: row.revoked_at_ms ?? undefined }),
  };
}
