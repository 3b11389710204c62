/** The account of this server with which the browser is signed in. */
import type { FastifyRequest } from 'fastify';
import type { OwnAccountContext } from '../../app/account-own.ts';
import type { OwnAccounts, PasswordProvider } from '../../domain/access/provider.ts';
import type { Session } from '../../domain/access/session.ts';
import { AppError } from '../../domain/error.ts';
import { message } from '../../page/message/message.ts';
import type { Site } from '../site.ts';
import { sessionOf } from './session.ts';

export type AccountProvider = PasswordProvider & { readonly own: OwnAccounts };

export interface OwnAccount {
  readonly provider: AccountProvider;
  readonly name: string;
  readonly session: Session;
}

/** Undefined where there are no accounts. */
export function accountProvider({ providers }: Site): AccountProvider | undefined {
  return providers.find((one): one is AccountProvider => one.type === 'password' && one.own !== undefined);
}

/** Undefined for whoever has not signed in with an account. */
export function findOwnAccount(site: Site, request: FastifyRequest): OwnAccount | undefined {
  const session = sessionOf(request);
  const provider = accountProvider(site);
  if (session?.subject === undefined || provider?.name !== session.provider) return undefined;
  return { provider, name: session.subject, session };
}

/** Throws `not-found` where accounts cannot be kept. */
export function ownAccountContext({ ctx }: Site, { own: { codes, passwords } }: AccountProvider): OwnAccountContext {
  const { accounts, seals, now, audit } = ctx;
  if (accounts === undefined) throw new AppError('not-found', message.error.noPage);
  return { accounts, seals, codes, now, audit, passwords };
}

/** Whoever knows the password, or has the session, and tries codes: for the limit on tries. */
export function codeTrier(provider: AccountProvider, name: string): readonly ['code', string] {
  return ['code', JSON.stringify([provider.name, name])];
}
