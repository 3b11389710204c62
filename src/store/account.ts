/** Accounts in the database, on every engine. */
import { type Account, type AccountStore, MOST_ACCOUNTS } from '../domain/access/account.ts';
import { defined } from '../domain/defined.ts';
import { AppError } from '../domain/error.ts';
import type { AccountTable } from './schema-people.ts';
import { orUnavailable, type StoreContext } from './store-context.ts';

const NO_FACTOR = { second_factor: null, second_factor_step: null, recovery: null } as const;

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
      change(name, { ...NO_FACTOR, password_hash: null, invitation: hash, invited_until_ms: untilMs }),
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
    ...ownChanges(db),
  };
}

/** What people change of their own account. */
function ownChanges(
  db: StoreContext['engine']['db'],
): Pick<AccountStore, 'changePassword' | 'addSecondFactor' | 'removeSecondFactor' | 'spendStep' | 'spendRecovery'> {
  const update = (name: string, changes: Partial<AccountTable>) =>
    db.updateTable('accounts').set(changes).where('name', '=', name);
  const isDone = async (query: ReturnType<typeof update>) =>
    Number((await query.executeTakeFirst()).numUpdatedRows) > 0;
  return {
    changePassword: (name, { before, passwordHash }) =>
      isDone(update(name, { password_hash: passwordHash }).where('password_hash', '=', before)),
    addSecondFactor: (name, { sealed, step, recovery }) =>
      isDone(
        update(name, { second_factor: sealed, second_factor_step: step, recovery: JSON.stringify(recovery) })
          .where('second_factor', 'is', null)
          .where('password_hash', 'is not', null)
          .where('disabled_at_ms', 'is', null),
      ),
    removeSecondFactor: (name) => isDone(update(name, NO_FACTOR)),
    spendStep: (name, { step, sealed }) =>
      isDone(
        update(name, { second_factor: sealed, second_factor_step: step })
          .where('second_factor', 'is not', null)
          .where('second_factor_step', '<', step),
      ),
    async spendRecovery(name, hash) {
      const row = await db.selectFrom('accounts').select('recovery').where('name', '=', name).executeTakeFirst();
      const before = row?.recovery ?? '[]';
      const hashes = JSON.parse(before) as readonly string[];
      if (!hashes.includes(hash)) return false;
      const recovery = JSON.stringify(hashes.filter((each) => each !== hash));
      return isDone(update(name, { recovery }).where('recovery', '=', before));
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
    ...NO_FACTOR,
  };
}

function readRow(row: AccountTable): Account {
  const { second_factor: sealed, second_factor_step: step, recovery } = row;
  const hashes = JSON.parse(recovery ?? '[]') as readonly string[];
  return {
    name: row.name,
    ...(JSON.parse(row.person) as Described),
    ...defined({
      secondFactor: sealed === null ? undefined : { sealed, step: step ?? 0, recovery: hashes },
      passwordHash: row.password_hash ?? undefined,
      invitedUntilMs: row.invited_until_ms ?? undefined,
      disabledAtMs: row.disabled_at_ms ?? undefined,
    }),
    createdAtMs: row.created_at_ms,
  };
}
