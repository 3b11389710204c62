/** Accounts: people whose passwords this server itself keeps. */
import type { SecondFactor } from './second-factor.ts';

export interface Account {
  /** In small letters; never given to somebody else while it exists. */
  readonly name: string;
  readonly shownName?: string;
  readonly email?: string;
  readonly groups: readonly string[];
  /** As `password_hash` of the settings; absent until an invitation was accepted. */
  readonly passwordHash?: string;
  /** Absent: the password is enough. */
  readonly secondFactor?: SecondFactor;
  /** Until when the open invitation can be accepted; absent: there is none. */
  readonly invitedUntilMs?: number;
  readonly createdAtMs: number;
  /** Absent: the person may sign in. */
  readonly disabledAtMs?: number;
}

/** Of the code in a link; the code is stored nowhere. */
export interface Invitation {
  readonly hash: string;
  readonly untilMs: number;
}

/** Accounts that are kept, for all processes that share the database (port). */
export interface AccountStore {
  /** False if the name is taken. Throws `unavailable` if there are too many. */
  add(account: Account, invitation: Invitation): Promise<boolean>;
  find(name: string): Promise<Account | undefined>;
  /** By name. */
  list(): Promise<readonly Account[]>;
  /** Replaces an earlier invitation, the password and the second factor. False if there is no such account. */
  invite(name: string, invitation: Invitation): Promise<boolean>;
  /** Whose open invitation it is. */
  findInvited(hash: string, nowMs: number): Promise<Account | undefined>;
  /** Once: true for one of all who try. */
  accept(hash: string, accepted: { readonly passwordHash: string; readonly nowMs: number }): Promise<boolean>;
  /** Undefined: the person may sign in again. False if there is no such account. */
  disable(name: string, atMs: number | undefined): Promise<boolean>;
  setGroups(name: string, groups: readonly string[]): Promise<boolean>;
  remove(name: string): Promise<boolean>;
  /** False unless `before` is the hash of the password. */
  changePassword(name: string, changed: { readonly before: string; readonly passwordHash: string }): Promise<boolean>;
  /** False if there is one already, or the account is disabled or was reset. */
  addSecondFactor(name: string, factor: SecondFactor): Promise<boolean>;
  /** False if there is no such account. */
  removeSecondFactor(name: string): Promise<boolean>;
  /** Stores the secret anew. False unless the step is newer than those before: once for all who try. */
  spendStep(name: string, spent: Pick<SecondFactor, 'step' | 'sealed'>): Promise<boolean>;
  /** Once for all who try. */
  spendRecovery(name: string, hash: string): Promise<boolean>;
}

/** What can be done with a password (port). */
export interface Passwords {
  /** As `password_hash` of the settings. */
  hash(password: string): Promise<string>;
  isRight(password: string, hash: string): Promise<boolean>;
  /** Whether it is one of those that are tried first. `words`: what is known of its owner. */
  isGuessable(password: string, words: readonly string[]): Promise<boolean>;
}

export const GUESSABLE =
  'This password is easy to guess: many people have it, or one like it. Choose several words that do not belong together.';
export const MOST_ACCOUNTS = 10_000;
const PASSWORD_CHARS = { least: 12, most: 200 };
const LEAST_DIFFERENT = 5;

/** Why the name cannot be used; undefined: it can. */
export function accountNameProblem(name: string): string | undefined {
  return /^[a-z\d][a-z\d._@+-]{0,99}$/.test(name)
    ? undefined
    : `“${name}” cannot be the name of an account: write up to 100 small letters, digits and . _ @ + -, beginning with a letter or digit.`;
}

/**
 * Why the password cannot be used; undefined: it can. Long ones of any signs, none that follow from the name. Source:
 * NIST SP 800-63B, section 5.1.1.2.
 */
export function passwordProblem(password: string, { name }: Pick<Account, 'name'>): string | undefined {
  const { least, most } = PASSWORD_CHARS;
  const length = [...password].length;
  if (length < least) return `Choose a password of at least ${least} characters; this one has ${length}.`;
  if (length > most) return `Choose a password of at most ${most} characters; this one has ${length}.`;
  if (new Set(password).size < LEAST_DIFFERENT) return 'Choose a password with more different characters.';
  const known = name.split('@')[0] ?? '';
  if (known.length >= 3 && password.toLowerCase().includes(known)) return 'Choose a password without your name.';
  return undefined;
}
