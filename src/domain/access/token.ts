/** Tokens of people for their programs: a token acts as its person, with the rights of now, narrowed by a scope. */
import { DAY_MS } from '../milliseconds.ts';
import type { Actor } from './access.ts';
import type { Person, Rights, Scope } from './right.ts';
import { SCRIPT_ROLES } from './rule.ts';
import type { TokenBounds } from './token-bounds.ts';

/** Scanners of source code recognise it. */
export const TOKEN_PREFIX = 'srt_';
export const TOKEN_LIMITS = { ofPerson: 50, ofAll: 100_000, nameChars: 100, places: 20, placeChars: 500, days: 365 };
/** How long it lasts, unless something else is asked for. */
export const TOKEN_DAYS = 90;
/** How often it is noted that a token is used. */
export const TOKEN_SEEN_MS = 60_000;
/** How long it is shown that a token has expired or was revoked. */
export const TOKEN_SHOWN_MS = 30 * DAY_MS;

/** How long tokens go on after their person was last here, where nobody else says that the person may still sign in. */
export const TOKEN_IDLE_MS = 90 * DAY_MS;

export interface Token extends TokenBounds {
  /** By which its owner names it. It grants nothing. */
  readonly id: string;
  readonly personId: string;
  /** What it is for. */
  readonly name: string;
  readonly createdAtMs: number;
  readonly untilMs: number;
  /** Accurate to `TOKEN_SEEN_MS`; absent: never used. */
  readonly usedAtMs?: number;
  readonly revokedAtMs?: number;
}

export interface FoundToken {
  readonly token: Token;
  /** As known at the last time. */
  readonly person: Person;
  /** With which way of signing in the person came, and by which that finds the person; absent: it cannot. */
  readonly provider: string;
  readonly lookup?: string;
  /** When the person was last here, without a token. */
  readonly seenAtMs: number;
}

export interface ListedToken extends Token {
  /** As `provider` and `seenAtMs` of a found one. */
  readonly provider: string;
  readonly personSeenAtMs: number;
}

/** Tokens, and who their people are, for all processes that share the database (port). Only hashes are stored. */
export interface TokenStore {
  /** Throws `conflict` beyond `TOKEN_LIMITS`, and `unavailable` when the disk is full. */
  add(hash: string, token: Token): Promise<void>;
  /** With its person as known at the last time; also one that has expired or was revoked. */
  find(hash: string): Promise<FoundToken | undefined>;
  /** The newest first; of all people: those that were made last. */
  list(personId?: string, limit?: number): Promise<readonly ListedToken[]>;
  /** Effective at once in all processes. Undefined: there is none, or it was revoked before. */
  revoke(which: { readonly id: string; readonly personId?: string }, nowMs: number): Promise<Token | undefined>;
  touch(id: string, nowMs: number): Promise<void>;
  /** Who the person is, if there are tokens; `isNew`: the first is about to be made. */
  notePerson(
    id: string,
    person: Person,
    note: { readonly provider: string; readonly nowMs: number; readonly isNew: boolean },
  ): Promise<void>;
  /** Removes those that have expired or were revoked before this time, and people without tokens. */
  forget(beforeMs: number): Promise<void>;
}

/** Whether its person was not here for so long that it rests until the person comes. */
export function isResting(seenAtMs: number, idleMs: number, nowMs: number): boolean {
  return nowMs - seenAtMs > idleMs;
}

export function isValid({ untilMs, revokedAtMs }: Token, nowMs: number): boolean {
  return revokedAtMs === undefined && untilMs > nowMs;
}

/** The same person, narrowed. */
export function tokenActor(actor: Actor, { scope, places }: TokenBounds): Actor {
  const isOperator = actor.role === 'operator' && scope === 'administer';
  return {
    ...actor,
    role: isOperator && places.length === 0 ? 'operator' : 'viewer',
    rights: narrowed(actor.role === 'operator' ? ALL_RIGHTS : actor.rights, { scope, places }),
    token: { scope, places },
  };
}

/** What an operator has. */
const ALL_RIGHTS: Rights = {
  of: () => ({ role: 'author', runs: 'script' }),
  scopes: () => [{ place: '', without: [], isOwn: false }],
};

function narrowed(rights: Rights, { scope, places }: TokenBounds): Rights {
  const most = SCRIPT_ROLES.indexOf(scope === 'read' ? 'viewer' : scope === 'run' ? 'runner' : 'author');
  return {
    of(script) {
      const { role, runs } = rights.of(script);
      if (role === undefined || !isIn(script, places)) return { role: undefined, runs };
      return { role: SCRIPT_ROLES[Math.min(SCRIPT_ROLES.indexOf(role), most)], runs };
    },
    scopes: () => (places.length === 0 ? rights.scopes() : rights.scopes().flatMap((one) => intersect(one, places))),
  };
}

/** Whether a script is in one of the places; all scripts are if there are none. */
export function isIn(script: string, places: readonly string[]): boolean {
  return places.length === 0 || places.some((place) => isWithin(script, place));
}

function intersect(scope: Scope, places: readonly string[]): Scope[] {
  if (places.some((place) => isWithin(scope.place, place))) return [scope];
  return places
    .filter((place) => isWithin(place, scope.place) && !scope.without.some((without) => isWithin(place, without)))
    .filter((place, at, all) => !all.some((other, index) => isWithin(place, other) && (other !== place || index < at)))
    .map((place) => ({ ...scope, place, without: scope.without.filter((without) => isWithin(without, place)) }));
}

function isWithin(name: string, place: string): boolean {
  return place === '' || name === place || name.startsWith(`${place}/`);
}
