/** Accounts of this server: a name and a password, whose hash it keeps. */
import type { Account, AccountStore, Passwords } from '../domain/access/account.ts';
import { type AccountsSettings, type PasswordProvider, personOf, type SignIn } from '../domain/access/provider.ts';
import { defined } from '../domain/defined.ts';
import { MINUTE_MS } from '../domain/milliseconds.ts';
import { oneTimeCodes } from './one-time-code.ts';

/** How often groups are read again. */
const REFRESH_MS = MINUTE_MS;

export interface AccountPorts {
  readonly accounts: AccountStore;
  readonly passwords: Passwords;
  /** Of a password that nobody has: a wrong name takes as long as a wrong password. */
  readonly noHash: string;
  readonly now: () => number;
  /** Names of all providers, in their order. */
  readonly names: readonly string[];
}

export function createAccounts(settings: AccountsSettings, ports: AccountPorts): PasswordProvider {
  const { accounts, passwords, noHash, now, names } = ports;
  const findActive = async (name: string) => {
    const account = await accounts.find(name);
    return account?.disabledAtMs === undefined ? account : undefined;
  };
  const signInOf = (account: Account | undefined) => account && describe(account);
  const describe = ({ name, shownName, email, groups }: Account): SignIn => ({
    person: personOf(names, settings.name, { name, ...defined({ shownName, email }), groups, isSignedIn: true }),
    subject: name,
    state: name,
    lookup: name,
    refreshAtMs: now() + REFRESH_MS,
  });
  return {
    type: 'password',
    own: {
      codes: oneTimeCodes,
      passwords,
      isSecondFactorRequired: settings.isSecondFactorRequired,
      find: async (name) => signInOf(await findActive(name)),
    },
    name: settings.name,
    title: settings.title,
    async check(given, password) {
      const account = await findActive(given.trim().toLowerCase());
      const hash = account?.passwordHash;
      const isRight = await passwords.isRight(password, hash ?? noHash);
      return isRight && hash !== undefined ? signInOf(account) : undefined;
    },
    async refresh(name) {
      const account = await findActive(name);
      // one that was reset has no password yet
      if (account?.passwordHash === undefined) return undefined;
      const isComplete = account.secondFactor !== undefined || !settings.isSecondFactorRequired;
      return isComplete ? signInOf(account) : undefined;
    },
  };
}
