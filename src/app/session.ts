/** Sessions of people who have signed in: a person sees and ends their own, the operator those of everybody. */
import { type Actor, authorize, isNamed, OPERATOR } from '../domain/access/access.ts';
import { isAlive, type Session, type SessionLimits, type SignedIn } from '../domain/access/session.ts';
import { AppError } from '../domain/error.ts';
import type { AppContext } from './context.ts';

export interface SessionContext extends Pick<AppContext, 'sessions' | 'now' | 'audit'> {
  readonly sessionLimits: SessionLimits;
}

/** How many people the operator sees. */
export const MOST_PEOPLE = 200;

/**
 * The most recently used first; `current`, the one of the request, is among them. Whoever has no name has only that
 * one: others with the same password are other people.
 */
export async function listOwnSessions(
  ctx: SessionContext,
  actor: Actor,
  current: Session | undefined,
): Promise<readonly Session[]> {
  authorize(actor, { type: 'use-sessions' });
  const owner = ownerOf(actor, current);
  return owner === undefined ? [current].filter((one) => one !== undefined) : listAlive(ctx, owner);
}

/** Throws `not-found` unless it is one of the actor's own. Ending one that is over already is no error. */
export async function endOwnSession(
  { sessions, audit }: SessionContext,
  actor: Actor,
  { id, current }: { readonly id: string; readonly current: Session | undefined },
): Promise<void> {
  authorize(actor, { type: 'use-sessions' });
  const owner = ownerOf(actor, current);
  const count = owner === undefined ? 0 : await sessions.endOf(owner, { id });
  if (count === 0) throw new AppError('not-found', 'This session has ended already.');
  await audit?.record(actor, { action: 'sessions-ended', details: { of: owner ?? '', sessions: count } });
}

/** All sessions of the actor but the current one; the caller ends that one. */
export async function endOtherSessions(
  { sessions, audit }: SessionContext,
  actor: Actor,
  current: Session | undefined,
): Promise<void> {
  authorize(actor, { type: 'use-sessions' });
  const owner = ownerOf(actor, current);
  if (owner === undefined) return;
  const count = await sessions.endOf(owner, current && { but: current.id });
  await audit?.record(actor, { action: 'sessions-ended', details: { of: owner, sessions: count } });
}

/** Who is signed in with a name, most recently seen first, at most `MOST_PEOPLE`. Throws `forbidden`. */
export async function listSignedIn(
  { sessions, now, sessionLimits }: SessionContext,
  actor: Actor,
): Promise<readonly SignedIn[]> {
  authorize(actor, { type: 'administer' });
  const nowMs = now();
  return sessions.people({ nowMs, sinceMs: nowMs - sessionLimits.idleMs }, MOST_PEOPLE);
}

/** The sessions of anybody, by the id of the person. Throws `forbidden`. */
export async function listSessionsOf(ctx: SessionContext, actor: Actor, personId: string): Promise<readonly Session[]> {
  authorize(actor, { type: 'administer' });
  return listAlive(ctx, personId);
}

/** Ends all sessions of anybody; returns how many. Throws `forbidden`. */
export async function endSessionsOf(
  { sessions, audit }: SessionContext,
  actor: Actor,
  personId: string,
): Promise<number> {
  authorize(actor, { type: 'administer' });
  const count = await sessions.endOf(personId);
  if (count > 0) await audit?.record(actor, { action: 'sessions-ended', details: { of: personId, sessions: count } });
  return count;
}

async function listAlive({ sessions, now, sessionLimits }: SessionContext, personId: string) {
  return (await sessions.list(personId)).filter((one) => isAlive(one, now(), sessionLimits));
}

/** Id of the person whose sessions are the actor's own. */
function ownerOf(actor: Actor, current: Session | undefined): string | undefined {
  return current?.personId ?? (isNamed(actor) || actor.id === OPERATOR.id ? actor.id : undefined);
}
