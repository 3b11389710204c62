/** One's own account of this server: its password, and its second factor. */
import { hash, randomBytes } from 'node:crypto';
import { type Actor, authorize } from '../domain/access/access.ts';
import type { Account, AccountStore, Passwords } from '../domain/access/account.ts';
import {
  type EnrolmentPicture,
  type OneTimeCodes,
  plainCode,
  RECOVERY_CODES,
  SECOND_STEP_MS,
  type SecondFactor,
} from '../domain/access/second-factor.ts';
import type { Audit } from '../domain/audit.ts';
import { AppError } from '../domain/error.ts';
import type { Seals } from '../domain/seals.ts';
import { refuseBadPassword } from './account-password.ts';

export interface OwnAccountContext {
  readonly accounts: AccountStore;
  readonly codes: OneTimeCodes;
  readonly seals: Seals;
  readonly now: () => number;
  readonly audit?: Audit | undefined;
  readonly passwords: Passwords;
}

/** A secret that was made, and not stored yet. */
export interface Enrolment extends EnrolmentPicture {
  readonly secret: string;
  /** The secret, encrypted, for this account and a while. */
  readonly sealed: string;
}

/** 128 bits: so much is as safe behind a plain hash as a password behind a slow one (ASVS 5.0, 6.5.2 and 11.5.1). */
const RECOVERY_BYTES = 16;
const WRONG_CODE = 'This code is wrong, or was used already. Enter the one that the app shows now.';

/** Throws `not-found` for an account that was removed or disabled meanwhile. */
export async function readOwnAccount(
  { accounts }: Pick<OwnAccountContext, 'accounts'>,
  name: string,
): Promise<Account> {
  const account = await accounts.find(name);
  if (account === undefined || account.disabledAtMs !== undefined)
    throw new AppError('not-found', 'There is no such account any more.');
  return account;
}

/** Throws `forbidden` if it is not the password of the account. */
export async function provePassword(
  ctx: Pick<OwnAccountContext, 'accounts' | 'passwords'>,
  name: string,
  present: string,
): Promise<Account & { readonly passwordHash: string }> {
  const account = await readOwnAccount(ctx, name);
  const { passwordHash } = account;
  if (passwordHash === undefined || !(await ctx.passwords.isRight(present, passwordHash)))
    throw new AppError('forbidden', 'The present password is wrong.');
  return { ...account, passwordHash };
}

/** Throws `forbidden` if the present password is wrong, `invalid` for a new one that cannot be used. */
export async function changeOwnPassword(
  ctx: OwnAccountContext,
  actor: Actor,
  name: string,
  { present, password }: { readonly present: string; readonly password: string },
): Promise<void> {
  authorize(actor, { type: 'use-sessions' });
  const account = await provePassword(ctx, name, present);
  await refuseBadPassword(ctx.passwords, password, account);
  const changed = { before: account.passwordHash, passwordHash: await ctx.passwords.hash(password) };
  if (!(await ctx.accounts.changePassword(name, changed)))
    throw new AppError('forbidden', 'The password was changed elsewhere meanwhile.');
  await note(ctx, actor, name, 'password');
}

/** `secret`: one that was shown before, so that a wrong code does not show another one. */
export function beginSecondFactor(
  { codes, seals, now }: Pick<OwnAccountContext, 'codes' | 'seals' | 'now'>,
  label: { readonly issuer: string; readonly name: string },
  secret = codes.newSecret(),
): Enrolment {
  const sealed = seals.seal({ secret, until: String(now() + SECOND_STEP_MS) }, enrolmentOf(label.name));
  return { ...codes.describe(secret, label), secret, sealed };
}

/** The secret of an enrolment. Throws `forbidden` for one that is too old, or of another account. */
export function readEnrolment({ seals, now }: Pick<OwnAccountContext, 'seals' | 'now'>, name: string, sealed: string) {
  const { secret = '', until = '' } = orNothing(() => seals.open(sealed, enrolmentOf(name)));
  if (secret === '' || !(Number(until) > now())) throw new AppError('forbidden', 'This took too long. Begin again.');
  return secret;
}

/**
 * Stores the secret if the code belongs to it; returns the recovery codes, which nothing keeps. Throws `forbidden` for
 * an enrolment that is too old, `invalid` for a wrong code, `conflict` if there is a second factor already.
 */
export async function confirmSecondFactor(
  ctx: OwnAccountContext,
  actor: Actor,
  name: string,
  { sealed, code }: { readonly sealed: string; readonly code: string },
): Promise<readonly string[]> {
  authorize(actor, { type: 'use-sessions' });
  const secret = readEnrolment(ctx, name, sealed);
  const step = ctx.codes.stepOf(secret, plainCode(code), ctx.now());
  if (step === undefined) throw new AppError('invalid', WRONG_CODE);
  const recovery = Array.from({ length: RECOVERY_CODES }, newRecoveryCode);
  const factor: SecondFactor = {
    sealed: ctx.seals.seal({ secret }, secretOf(name)),
    recovery: recovery.map(hashOf),
    step,
  };
  if (!(await ctx.accounts.addSecondFactor(name, factor)))
    throw new AppError('conflict', 'This account has a second factor already, or was disabled.');
  await note(ctx, actor, name, 'second factor on');
  return recovery;
}

/** `proof`: the password, a code or a recovery code. Throws `forbidden` if it is none of these. */
export async function removeOwnSecondFactor(
  ctx: OwnAccountContext,
  actor: Actor,
  name: string,
  proof: string,
): Promise<void> {
  authorize(actor, { type: 'use-sessions' });
  const account = await readOwnAccount(ctx, name);
  const isPassword = account.passwordHash !== undefined && (await ctx.passwords.isRight(proof, account.passwordHash));
  if (!isPassword && !(await useCode(ctx, account, proof)))
    throw new AppError('forbidden', 'This is neither the password nor a code.');
  await ctx.accounts.removeSecondFactor(name);
  await note(ctx, actor, name, 'second factor off');
}

/** Whether it is a code, or a recovery code; each is accepted once. */
export async function useCode(
  { accounts, codes, seals, now }: Pick<OwnAccountContext, 'accounts' | 'codes' | 'seals' | 'now'>,
  { name, secondFactor }: Account,
  given: string,
): Promise<boolean> {
  if (secondFactor === undefined) return false;
  const code = plainCode(given);
  const recovery = hashOf(code);
  if (secondFactor.recovery.includes(recovery)) return accounts.spendRecovery(name, recovery);
  // sealed with a key that is no longer there: only recovery codes count
  const { secret } = orNothing(() => seals.open(secondFactor.sealed, secretOf(name)));
  const step = secret === undefined ? undefined : codes.stepOf(secret, code, now());
  if (secret === undefined || step === undefined) return false;
  // with the newest key, so that older ones can be removed
  return accounts.spendStep(name, { step, sealed: seals.seal({ secret }, secretOf(name)) });
}

function orNothing(open: () => Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  try {
    return open();
  } catch {
    return {};
  }
}

function newRecoveryCode(): string {
  const text = randomBytes(RECOVERY_BYTES).toString('hex').toUpperCase();
  return text.replace(/.{8}(?!$)/g, '$&-');
}

function hashOf(code: string): string {
  return hash('sha256', plainCode(code));
}

function enrolmentOf(name: string): string {
  return `second factor to be: ${name}`;
}

function secretOf(name: string): string {
  return `second factor: ${name}`;
}

async function note({ audit }: OwnAccountContext, actor: Actor, account: string, change: string): Promise<void> {
  await audit?.record(actor, { action: 'account-changed', details: { account, change } });
}
