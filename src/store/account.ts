/** Accounts in the database, on every engine. */
import { type Account, type AccountStore, MOST_ACCOUNTS } from '../domain/access/account.ts';
import { defined } from '../domain/defined.ts';
import { AppError } from '../domain/error.ts';
import type { AccountTable } from './schema-people.ts';
import { orUnavailable, type StoreContext } from './store-context.ts';

type Described = Pick<Account, 'shownName' | 'email' | 'groups'>;

export function createAccountStore({ engine }: Pick<StoreContext, 'engine'>, most = MOST_ACCOUNTS): AccountStore {
  const { db } = engine;
  const change = async (name: string, changes: Partial<AccountTable>) => {
    const { numUpdatedRows } = await db
      .updateTable('accounts')
      .set(changes)
      .where('name', '=', name)
      .executeTakeFirst();
    return Number(numUpdatedRows) > 0;
  };
  const find: AccountStore['find'] = async (name) => {
    const row = await db.selectFrom('accounts').selectAll().where('name', '=', name).executeTakeFirst();
    return row === undefined ? undefined : readRow(row);
  };
  return {
    find,
    add: (account, { hash, untilMs }) =>
      orUnavailable({ engine }, () =>
        engine.transaction(async (transaction) => {
          const count = transaction.selectFrom('accounts').select(({ fn }) => fn.countAll().as('all'));
          if (Number((await count.executeTakeFirstOrThrow()).all) >= most)
            throw new AppError('unavailable', `There are ${most} accounts, which is the limit. Remove one first.`);
          const { numInsertedOrUpdatedRows } = await transaction
            .insertInto('accounts')
            .values({ ...rowOf(account), invitation: hash, invited_until_ms: untilMs })
            .onConflict((conflict) => conflict.column('name').doNothing())
            .executeTakeFirst();
          return Number(numInsertedOrUpdatedRows) > 0;
        }),
      ),
    async list() {
      return (await db.selectFrom('accounts').selectAll().orderBy('name').execute()).map(readRow);
    },
    invite: (name, { hash, untilMs }) =>
      change(name, { password_hash: null, invitation: hash, invited_until_ms: untilMs }),
    async findInvited(hash, nowMs) {
      const row = await db
        .selectFrom('accounts')
        .selectAll()
        .where('invitation', '=', hash)
        .where('invited_until_ms', '>', nowMs)
        .where('disabled_at_ms', 'is', null)
        .executeTakeFirst();
      return row === undefined ? undefined : readRow(row);
    },
    async accept(hash, { passwordHash, nowMs }) {
      const { numUpdatedRows } = await db
        .updateTable('accounts')
        .set({ password_hash: passwordHash, invitation: null, invited_until_ms: null })
        .where('invitation', '=', hash)
        .where('invited_until_ms', '>', nowMs)
        .where('disabled_at_ms', 'is', null)
        .executeTakeFirst();
      return Number(numUpdatedRows) > 0;
    },
    disable: (name, atMs) => change(name, { disabled_at_ms: atMs ?? null }),
    async setGroups(name, groups) {
      const account = await find(name);
      return account !== undefined && change(name, { person: describe({ ...account, groups }) });
    },
    async remove(name) {
      const { numDeletedRows } = await db.deleteFrom('accounts').where('name', '=', name).executeTakeFirst();
      return Number(numDeletedRows) > 0;
    },
  };
}

function describe({ shownName, email, groups }: Described): string {
  return JSON.stringify({ shownName, email, groups });
}

function rowOf(account: Account): AccountTable {
  return {
    name: account.name,
    person: describe(account),
    password_hash: account.passwordHash ?? null,
    invitation: null,
    invited_until_ms: null,
    created_at_ms: account.createdAtMs,
    disabled_at_ms: account.disabledAtMs ?? null,
  };
}

function readRow(row: AccountTable): Account {
  return {
    name: row.name,
    ...(JSON.parse(row.person) as Described),
    ...defined({
      passwordHash: row.password_hash ?? undefined,
      invitedUntilMs: row.invited_until_ms ?? undefined,
      disabledAtMs: row.disabled_at_ms ?? undefined,
    }),
    createdAtMs: row.created_at_ms,
  };
}
