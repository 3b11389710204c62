/** Begins and ends sessions, and records both in the audit. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Actor, OPERATOR, userId } from '../../domain/access/access.ts';
import type { SignIn } from '../../domain/access/provider.ts';
import { NAMELESS } from '../../domain/access/right.ts';
import { defined } from '../../domain/defined.ts';
import type { Site } from '../site.ts';
import { actorFor, actorOf } from './actor.ts';
import { type Beginning, endSessions, startSession } from './session.ts';

/** With the operator's link. */
export async function enterAsOperator(site: Site, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  await enter(site, request, reply, {
    actor: OPERATOR,
    beginning: { kind: 'operator', provider: 'operator', personId: OPERATOR.id },
  });
}

/** With the shared password. */
export async function enterNameless(site: Site, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  await enter(site, request, reply, {
    actor: actorFor(site, NAMELESS),
    beginning: { kind: 'person', provider: 'password' },
  });
}

/** `provider`: its name. */
export async function enterByProvider(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  { provider, signIn }: { readonly provider: string; readonly signIn: SignIn },
): Promise<void> {
  const { person, subject, session, state, refreshAtMs, lookup } = signIn;
  await enter(site, request, reply, {
    actor: actorFor(site, person),
    beginning: {
      kind: 'person',
      provider,
      personId: userId(person.name),
      person,
      ...defined({ subject, providerSession: session, state, refreshAtMs, lookup }),
    },
  });
}

async function enter(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  { actor, beginning }: { readonly actor: Actor; readonly beginning: Beginning },
): Promise<void> {
  const ended = await startSession(site, request, reply, beginning);
  const known = { ...actor, origin: { way: beginning.provider, address: request.ip } };
  await site.ctx.audit?.record(known, { action: 'signed-in' });
  const details = { of: beginning.personId ?? '', sessions: ended, why: 'too many' };
  if (ended > 0) await site.ctx.audit?.record(known, { action: 'sessions-ended', details });
}

/** Ends all sessions of the browser. */
export async function leave(site: Site, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  await endSessions(site, request, reply);
  await site.ctx.audit?.record(actorOf(site, request), { action: 'signed-out' });
}

/** Somebody could not sign in. `details`: who it was said to be; nothing secret. */
export async function noteRefusal(
  site: Site,
  request: FastifyRequest,
  details: Readonly<Record<string, string>>,
): Promise<void> {
  await site.ctx.audit?.record(actorOf(site, request), { action: 'sign-in-failed', details });
}
