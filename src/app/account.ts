/** Accounts: the operator invites people, who choose a password; and blocks or removes them. */
import { createHash, randomBytes } from 'node:crypto';
import { type Account, accountNameProblem, type AccountStore, type Passwords } from '../domain/access/account.ts';
import { type Actor, authorize } from '../domain/access/access.ts';
import type { SessionStore } from '../domain/access/session.ts';
import type { TokenStore } from '../domain/access/token.ts';
import type { Audit } from '../domain/audit.ts';
import { AppError } from '../domain/error.ts';
import { DAY_MS } from '../domain/milliseconds.ts';
import { refuseBadPassword } from './account-password.ts';

export interface AccountContext {
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
  readonly tokens: TokenStore;
  readonly now: () => number;
  readonly audit?: Audit;
  /** Name of the provider. */
  readonly provider: string;
  /** Id of the person with this account. */
  readonly personId: (name: string) => string;
}

export const INVITATION_MS = 7 * DAY_MS;
const CODE_BYTES = 32;

/** Returns the code of the invitation. Throws `forbidden`, `invalid` for the name, `conflict` if it is taken. */
export async function addAccount(
  { accounts, now, audit }: AccountContext,
  actor: Actor,
  given: Pick<Account, 'name' | 'shownName' | 'email' | 'groups'>,
): Promise<string> {
  authorize(actor, { type: 'administer' });
  const problem = accountNameProblem(given.name);
  if (problem !== undefined) throw new AppError('invalid', problem);
  const { code, ...invitation } = newInvitation(now());
  if (!(await accounts.add({ ...given, createdAtMs: now() }, invitation)))
    throw new AppError('conflict', `There is an account “${given.name}” already. To invite them again, reset it.`);
  await note({ audit }, actor, { account: given.name, change: 'added' });
  return code;
}

/** Password and second factor no longer count, sessions end; returns the code of an invitation. Throws `not-found`. */
export async function resetAccount(ctx: AccountContext, actor: Actor, name: string): Promise<string> {
  authorize(actor, { type: 'administer' });
  const { code, ...invitation } = newInvitation(ctx.now());
  if (!(await ctx.accounts.invite(name, invitation))) throw unknown(name);
  await endSessions(ctx, name);
  await note(ctx, actor, { account: name, change: 'reset' });
  return code;
}

/** All sessions end. Throws `not-found`. */
export async function disableAccount(ctx: AccountContext, actor: Actor, name: string): Promise<void> {
  authorize(actor, { type: 'administer' });
  if (!(await ctx.accounts.disable(name, ctx.now()))) throw unknown(name);
  await endSessions(ctx, name);
  await note(ctx, actor, { account: name, change: 'disabled' });
}

/** The person may sign in again, with the same password. Throws `not-found`. */
export async function enableAccount({ accounts, audit }: AccountContext, actor: Actor, name: string): Promise<void> {
  authorize(actor, { type: 'administer' });
  if (!(await accounts.disable(name, undefined))) throw unknown(name);
  await note({ audit }, actor, { account: name, change: 'enabled' });
}

/** For somebody who has lost the app and the recovery codes; all sessions end. Throws `not-found`. */
export async function dropSecondFactor(ctx: AccountContext, actor: Actor, name: string): Promise<void> {
  authorize(actor, { type: 'administer' });
  if (!(await ctx.accounts.removeSecondFactor(name))) throw unknown(name);
  await endSessions(ctx, name);
  await note(ctx, actor, { account: name, change: 'second factor off' });
}

/** Counts within seconds for those who are signed in. Throws `not-found`. */
export async function setAccountGroups(
  { accounts, sessions, provider, audit }: AccountContext,
  actor: Actor,
  { name, groups }: Pick<Account, 'name' | 'groups'>,
): Promise<void> {
  authorize(actor, { type: 'administer' });
  if (!(await accounts.setGroups(name, groups))) throw unknown(name);
  await sessions.makeDue(provider, name);
  await note({ audit }, actor, { account: name, change: 'groups', groups });
}

/** All sessions and tokens end: the name may be given to somebody else. Throws `not-found`. */
export async function removeAccount(ctx: AccountContext, actor: Actor, name: string): Promise<void> {
  authorize(actor, { type: 'administer' });
  if (!(await ctx.accounts.remove(name))) throw unknown(name);
  await endSessions(ctx, name);
  for (const { id } of await ctx.tokens.list(ctx.personId(name))) await ctx.tokens.revoke({ id }, ctx.now());
  await note(ctx, actor, { account: name, change: 'removed' });
}

/** By name. */
export async function listAccounts({ accounts }: AccountContext, actor: Actor): Promise<readonly Account[]> {
  authorize(actor, { type: 'administer' });
  return accounts.list();
}

/** Whose invitation it is. Throws `forbidden` for one that was accepted, replaced, or is too old. */
export async function readInvitation(
  { accounts, now }: Pick<AccountContext, 'accounts' | 'now'>,
  code: string,
): Promise<Account> {
  const account = await accounts.findInvited(hashOf(code), now());
  if (account === undefined)
    throw new AppError('forbidden', 'This invitation is no longer valid. Ask whoever runs this server for a new one.');
  return account;
}

/** Sets the password, once. Throws `invalid` for one that cannot be used, and as `readInvitation`. */
export async function acceptInvitation(
  { accounts, now }: Pick<AccountContext, 'accounts' | 'now'>,
  { code, password }: { readonly code: string; readonly password: string },
  passwords: Passwords,
): Promise<Account> {
  const account = await readInvitation({ accounts, now }, code);
  await refuseBadPassword(passwords, password, account);
  const accepted = { passwordHash: await passwords.hash(password), nowMs: now() };
  if (!(await accounts.accept(hashOf(code), accepted))) return readInvitation({ accounts, now }, code);
  return account;
}

async function note(
  { audit }: { readonly audit?: Audit | undefined },
  actor: Actor,
  details: { readonly account: string; readonly change: string; readonly groups?: readonly string[] },
): Promise<void> {
  await audit?.record(actor, { action: 'account-changed', details });
}

async function endSessions({ sessions, provider }: AccountContext, name: string): Promise<void> {
  await sessions.endByProvider(provider, { subject: name });
}

function newInvitation(nowMs: number) {
  const code = randomBytes(CODE_BYTES).toString('base64url');
  return { code, hash: hashOf(code), untilMs: nowMs + INVITATION_MS };
}

function hashOf(code: string): string {
  return createHash('sha256').update(code).digest('hex');
}

function unknown(name: string): AppError {
  return new AppError('not-found', `There is no account “${name}”. script-runner accounts list names all.`);
}
