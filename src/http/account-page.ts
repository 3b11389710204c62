/** `/account`: one's own account of this server: the password, and the second factor. */
import { Type } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  beginSecondFactor,
  changeOwnPassword,
  confirmSecondFactor,
  provePassword,
  readEnrolment,
  readOwnAccount,
  removeOwnSecondFactor,
} from '../app/account-own.ts';
import { AppError } from '../domain/error.ts';
import { ACCOUNT_WORDS } from '../page/message/message-account.ts';
import { message } from '../page/message/message.ts';
import { actorOf } from './access/actor.ts';
import { codeTrier, findOwnAccount, type OwnAccount, ownAccountContext } from './access/own-account.ts';
import { sendPage } from './page.ts';
import type { App, Site } from './site.ts';

const Secret = Type.String({ maxLength: 1_000 });
const Password = Type.Object({ present: Secret, password: Secret });
const Confirm = Type.Object({
  present: Secret,
  enrolment: Type.String({ maxLength: 2_000 }),
  code: Type.String({ maxLength: 100 }),
});
const Proof = Type.Object({ proof: Secret });

interface Shown {
  readonly problem?: { readonly in: 'password' | 'setup' | 'off'; readonly text: string };
  readonly done?: string;
  /** The second factor is being set up, with this secret or a new one. */
  readonly setup?: { readonly secret?: string };
  readonly recovery?: readonly string[];
}

export function addAccountPage(app: App, site: Site): void {
  const { ctx } = site;
  app.get('/account', { schema: { hide: true } }, (request, reply) => sendAccount(site, request, reply, {}));
  app.post('/account/password', { schema: { body: Password, hide: true } }, (request, reply) =>
    orProblem(site, { request, reply }, 'password', async (own) => {
      await counted(site, own, () =>
        changeOwnPassword(ownAccountContext(site, own.provider), actorOf(site, request), own.name, request.body),
      );
      const { personId, id } = own.session;
      if (personId !== undefined) await ctx.sessions.endOf(personId, { but: id });
      return { done: ACCOUNT_WORDS.changed };
    }),
  );
  app.post('/account/second-factor', { schema: { hide: true } }, (request, reply) =>
    sendAccount(site, request, reply, { setup: {} }),
  );
  app.post('/account/second-factor/confirm', { schema: { body: Confirm, hide: true } }, async (request, reply) =>
    orProblem(site, { request, reply }, 'setup', async (own) => {
      const { provider, name } = own;
      const { present, enrolment: sealed, code } = request.body;
      const ctx = ownAccountContext(site, provider);
      const setup = { secret: readEnrolment(ctx, name, sealed) };
      try {
        // whoever finds a browser signed in must not make the account depend on another phone
        await counted(site, own, async () => void (await provePassword(ctx, name, present)));
        return { recovery: await confirmSecondFactor(ctx, actorOf(site, request), name, { sealed, code }) };
      } catch (error) {
        if (!(error instanceof AppError) || (error.code !== 'invalid' && error.code !== 'forbidden')) throw error;
        void reply.code(error.code === 'invalid' ? 422 : 403);
        return { setup, problem: { in: 'setup', text: error.message } };
      }
    }),
  );
  app.post('/account/second-factor/off', { schema: { body: Proof, hide: true } }, (request, reply) =>
    orProblem(site, { request, reply }, 'off', async (own) => {
      await counted(site, own, () =>
        removeOwnSecondFactor(
          ownAccountContext(site, own.provider),
          actorOf(site, request),
          own.name,
          request.body.proof,
        ),
      );
      return { done: ACCOUNT_WORDS.isOff };
    }),
  );
}

/** Whoever finds a browser signed in must not try passwords and codes without end. */
async function counted(site: Site, { provider, name }: OwnAccount, work: () => Promise<void>): Promise<void> {
  const trier = codeTrier(provider, name);
  const waitS = await site.passwordTries.take(trier, site.ctx.now());
  if (waitS !== undefined) throw new AppError('forbidden', ACCOUNT_WORDS.tooMany(Math.ceil(waitS / 60)));
  await work();
  await site.passwordTries.forgive(trier);
}

async function orProblem(
  site: Site,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  place: 'password' | 'setup' | 'off',
  work: (own: OwnAccount) => Promise<Shown>,
): Promise<FastifyReply> {
  try {
    return await sendAccount(site, request, reply, await work(ownAccountOf(site, request)));
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'not-found' || error.code === 'unavailable') throw error;
    void reply.code(error.code === 'invalid' ? 422 : 403);
    return sendAccount(site, request, reply, { problem: { in: place, text: error.message } });
  }
}

function ownAccountOf(site: Site, request: FastifyRequest): OwnAccount {
  const own = findOwnAccount(site, request);
  if (own === undefined) throw new AppError('not-found', message.error.noPage);
  return own;
}

async function sendAccount(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  { problem, done = '', setup, recovery = [] }: Shown,
): Promise<FastifyReply> {
  const { provider, name } = ownAccountOf(site, request);
  const ctx = ownAccountContext(site, provider);
  const { secondFactor } = await readOwnAccount(ctx, name);
  const isOn = secondFactor !== undefined;
  const { isSecondFactorRequired } = provider.own;
  const label = { issuer: site.brand.name, name };
  return sendPage(site, request, reply, {
    template: 'account',
    tab: ACCOUNT_WORDS.title,
    scope: {
      view: {
        name,
        problem,
        done,
        recovery,
        isOn,
        canTurnOff: isOn && !isSecondFactorRequired,
        left: isOn ? ACCOUNT_WORDS.left(secondFactor.recovery.length) : '',
        setup: setup === undefined || isOn ? undefined : beginSecondFactor(ctx, label, setup.secret),
        passwordUrl: site.urls.account('/password'),
        setUpUrl: site.urls.account('/second-factor'),
        confirmUrl: site.urls.account('/second-factor/confirm'),
        offUrl: site.urls.account('/second-factor/off'),
      },
      words: ACCOUNT_WORDS,
    },
  });
}
