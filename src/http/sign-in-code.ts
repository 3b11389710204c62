/** `POST /sign-in/NAME/code`: the second page of signing in with an account, after the right password. */
import { hash } from 'node:crypto';
import { Type } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  beginSecondFactor,
  confirmSecondFactor,
  type OwnAccountContext,
  readEnrolment,
  readOwnAccount,
  useCode,
} from '../app/account-own.ts';
import type { Account } from '../domain/access/account.ts';
import type { SignIn } from '../domain/access/provider.ts';
import { accountKey } from '../domain/access/password-tries.ts';
import { SECOND_STEP_MS } from '../domain/access/second-factor.ts';
import { AppError } from '../domain/error.ts';
import { ACCOUNT_WORDS } from '../page/message/message-account.ts';
import { message } from '../page/message/message.ts';
import { actorFor } from './access/actor.ts';
import { enterByProvider, noteRefusal } from './access/entry.ts';
import { ownPath } from './access/own-path.ts';
import { type AccountProvider, accountProvider, codeTrier, ownAccountContext } from './access/own-account.ts';
import { findBrowser, markBrowser } from './access/signed-cookie.ts';
import { sendPage } from './page.ts';
import { sendSignIn } from './sign-in.ts';
import type { App, Site } from './site.ts';

const Path = Type.Object({ provider: Type.String({ maxLength: 30 }) });
const Body = Type.Object({
  ticket: Type.String({ maxLength: 10_000 }),
  code: Type.String({ maxLength: 100 }),
  /** The secret of a second factor that is set up now. */
  enrolment: Type.Optional(Type.String({ maxLength: 2_000 })),
});

/** Whose password was right, and where to go: it is sealed in the page. */
interface Ticket {
  readonly account: Account;
  readonly next: string;
}

interface SecondPage {
  readonly ticket: string;
  readonly problem?: string;
  /** A second factor is set up with this secret, or a new one. */
  readonly enrolment?: { readonly name: string; readonly secret?: string };
}

/** Sends the second page, if the account has a second factor or must have one; else signs in. */
export async function enterOrAskCode(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  { provider, signIn, next }: { readonly provider: AccountProvider; readonly signIn: SignIn; readonly next: string },
): Promise<FastifyReply> {
  const ctx = ownAccountContext(site, provider);
  const account = await readOwnAccount(ctx, signIn.subject ?? '');
  const isAsked = account.secondFactor !== undefined;
  if (!isAsked && !provider.own.isSecondFactorRequired) {
    await enter(site, request, reply, { provider, signIn });
    return reply.redirect(ownPath(site.urls, next) ?? site.urls.home(), 303);
  }
  const ticket = sealTicket(ctx, provider, { account, next });
  return sendSecondPage(site, request, reply, { ticket, ...(isAsked ? {} : { enrolment: { name: account.name } }) });
}

export function addCodeSignIn(app: App, site: Site): void {
  app.post('/sign-in/:provider/code', { schema: { params: Path, body: Body, hide: true } }, async (request, reply) => {
    const provider = accountProvider(site);
    if (provider?.name !== request.params.provider) throw new AppError('not-found', message.error.noPage);
    const ctx = ownAccountContext(site, provider);
    const { ticket, code, enrolment } = request.body;
    const opened = await openTicket(ctx, provider, ticket);
    if (opened === undefined)
      return sendSignIn(site, request, reply.code(403), { next: '', problem: ACCOUNT_WORDS.tooLate });
    const { account, next } = opened;
    if (account.secondFactor === undefined)
      return enrol(site, request, reply, { provider, ticket, code, enrolment: enrolment ?? '', ...opened });
    const trier = codeTrier(provider, account.name);
    const waitS = await site.passwordTries.take(trier, site.ctx.now());
    if (waitS !== undefined) {
      const problem = ACCOUNT_WORDS.tooMany(Math.ceil(waitS / 60));
      return sendSecondPage(site, request, reply.code(429).header('retry-after', String(waitS)), { ticket, problem });
    }
    const signIn = (await useCode(ctx, account, code)) ? await provider.own.find(account.name) : undefined;
    if (signIn === undefined) {
      await noteRefusal(site, request, { way: provider.name, name: account.name, step: 'code' });
      return sendSecondPage(site, request, reply.code(403), { ticket, problem: ACCOUNT_WORDS.wrongCode });
    }
    await site.passwordTries.forgive(trier);
    await enter(site, request, reply, { provider, signIn });
    return reply.redirect(ownPath(site.urls, next) ?? site.urls.home(), 303);
  });
}

/** Sets the second factor up, signs in, and shows the recovery codes. */
async function enrol(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  given: Ticket & {
    readonly provider: AccountProvider;
    readonly ticket: string;
    readonly code: string;
    readonly enrolment: string;
  },
): Promise<FastifyReply> {
  const { provider, account, ticket, code, next } = given;
  const { name } = account;
  const ctx = ownAccountContext(site, provider);
  const signIn = await provider.own.find(name);
  // an account without a second factor that needs none has no ticket; the setting may have changed
  if (signIn === undefined || !provider.own.isSecondFactorRequired)
    return sendSignIn(site, request, reply.code(403), { next, problem: ACCOUNT_WORDS.tooLate });
  const actor = { ...actorFor(site, signIn.person), origin: { way: provider.name, address: request.ip } };
  try {
    const recovery = await confirmSecondFactor(ctx, actor, name, { sealed: given.enrolment, code });
    await enter(site, request, reply, { provider, signIn });
    return await sendPage(site, request, reply, {
      template: 'recovery-codes',
      tab: ACCOUNT_WORDS.recovery,
      isOut: true,
      scope: { view: { recovery, nextUrl: ownPath(site.urls, next) ?? site.urls.home() }, words: ACCOUNT_WORDS },
    });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code !== 'invalid')
      return sendSignIn(site, request, reply.code(403), { next: '', problem: error.message });
    const enrolment = { name, secret: readEnrolment(ctx, name, given.enrolment) };
    return sendSecondPage(site, request, reply.code(422), { ticket, enrolment, problem: error.message });
  }
}

async function enter(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  { provider, signIn }: { readonly provider: AccountProvider; readonly signIn: SignIn },
): Promise<void> {
  await enterByProvider(site, request, reply, { provider: provider.name, signIn });
  const device = `device ${accountKey(provider.name, signIn.subject ?? '')}` as const;
  if (findBrowser(site, request, device) === undefined) markBrowser(site, reply, device);
}

function sendSecondPage(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  { ticket, problem = '', enrolment }: SecondPage,
): Promise<FastifyReply> {
  const provider = accountProvider(site)!;
  const ctx = ownAccountContext(site, provider);
  const label = enrolment && { issuer: site.brand.name, name: enrolment.name };
  const setup = label && beginSecondFactor(ctx, label, enrolment?.secret);
  return sendPage(site, request, reply, {
    template: 'second-factor',
    tab: setup === undefined ? ACCOUNT_WORDS.code : ACCOUNT_WORDS.setUp,
    isOut: true,
    scope: { view: { ticket, problem, setup, url: site.urls.signInCode(provider.name) }, words: ACCOUNT_WORDS },
  });
}

function sealTicket({ seals, now }: OwnAccountContext, provider: AccountProvider, { account, next }: Ticket): string {
  const until = String(now() + SECOND_STEP_MS);
  return seals.seal({ name: account.name, next, until, basis: basisOf(account) }, contextOf(provider));
}

/** Undefined when it is too old, or the password was changed or the account disabled since. */
async function openTicket(
  ctx: OwnAccountContext,
  provider: AccountProvider,
  text: string,
): Promise<Ticket | undefined> {
  let read: Readonly<Record<string, string>>;
  try {
    read = ctx.seals.open(text, contextOf(provider));
  } catch {
    return undefined;
  }
  const { name = '', next = '', until, basis } = read;
  const account = await ctx.accounts.find(name);
  const isGood = account !== undefined && account.disabledAtMs === undefined && basisOf(account) === basis;
  return isGood && Number(until) > ctx.now() ? { account, next } : undefined;
}

function basisOf({ passwordHash = '' }: Account): string {
  return hash('sha256', passwordHash);
}

function contextOf({ name }: AccountProvider): string {
  return `second page of ${name}`;
}
