/** Sessions: what the cookie of somebody who has signed in stands for. */
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../milliseconds.ts';
import type { ProviderLogout, SignIn } from './provider.ts';
import type { Person } from './right.ts';

/** `operator`: begun with the operator's link; `person`: with any other way of signing in. */
export type SessionKind = 'operator' | 'person';

export interface Session {
  /** By which its owner names it, to end it. It grants nothing. */
  readonly id: string;
  readonly kind: SessionKind;
  /** Id of the actor; absent: nothing tells who it is. */
  readonly personId?: string;
  /** As the provider named the person. */
  readonly person?: Person;
  /** With which way of signing in it began. */
  readonly provider: string;
  /** Of the provider's; see there. */
  readonly subject?: string;
  readonly providerSession?: string;
  readonly state?: string;
  readonly refreshAtMs?: number;
  /** Of the provider's; see there. It is stored with the person, not with the session. */
  readonly lookup?: string;
  /** Hash of the secrets that it depends on: when one of them changes, it ends. */
  readonly basis: string;
  readonly begunAtMs: number;
  /** Accurate to `SEEN_MS`. */
  readonly seenAtMs: number;
  /** It ends then, however often it is used. */
  readonly untilMs: number;
  /** Network address and User-Agent of its beginning. */
  readonly address: string;
  readonly browser: string;
}

/** One person's sessions. */
export interface SignedIn {
  readonly personId: string;
  readonly sessions: number;
  readonly seenAtMs: number;
}

export interface SessionLimits {
  /** A session ends when it was not used for this long. */
  readonly idleMs: number;
  /** A session ends this long after its beginning. */
  readonly lifeMs: number;
}

export const SESSION_LIMITS: SessionLimits = { idleMs: 7 * DAY_MS, lifeMs: 30 * DAY_MS };
/** Whoever ends sessions of other browsers must have signed in since. Source: ASVS 5.0, 7.5.2. */
export const RECENT_MS = 10 * MINUTE_MS;
/** How often it is noted that a session is in use. */
export const SEEN_MS = MINUTE_MS;
/** Corrections of a clock that are small enough to go unnoticed. */
const DRIFT_MS = HOUR_MS;

/** How many sessions are kept: of one person, and of all who have no name. The least recently used ends first. */
export const SESSION_COUNTS = { person: 100, nameless: 10_000 };
export type SessionCounts = typeof SESSION_COUNTS;

/** Whether it counts now. One that begins in the future does not: the clock was wrong then, or is now. */
export function isAlive(
  { begunAtMs, seenAtMs, untilMs }: Pick<Session, 'begunAtMs' | 'seenAtMs' | 'untilMs'>,
  nowMs: number,
  { idleMs }: Pick<SessionLimits, 'idleMs'>,
): boolean {
  return untilMs > nowMs && seenAtMs + idleMs > nowMs && begunAtMs <= nowMs + DRIFT_MS;
}

/** `provenAtMs`: when the person last entered something that proves who it is; undefined: nobody knows. */
export function isRecent(provenAtMs: number | undefined, nowMs: number): boolean {
  return provenAtMs !== undefined && nowMs - provenAtMs <= RECENT_MS;
}

/**
 * Sessions that are kept, for all processes that share the database (port). `hash`: of the value of the cookie, which
 * is stored nowhere. What ends a session is effective here at once, and in other processes within a second.
 */
export interface SessionStore {
  /** Returns how many others were ended to make room. Throws `unavailable` when the disk is full. */
  add(hash: string, session: Session): Promise<number>;
  /** Also one that is over by time. */
  find(hash: string): Promise<Session | undefined>;
  touch(hash: string, seenAtMs: number): Promise<void>;
  /** Those of a person, the most recently used first, also ones that are over by time. */
  list(personId: string): Promise<readonly Session[]>;
  /** The most recently seen first. Counts sessions that are used since `sinceMs` and last beyond `nowMs`. */
  people(during: { readonly nowMs: number; readonly sinceMs: number }, limit: number): Promise<readonly SignedIn[]>;
  /**
   * True for one of all who ask while it is due: that one asks the provider, and the others do so again after
   * `againAtMs`.
   */
  claimRefresh(hash: string, due: { readonly nowMs: number; readonly againAtMs: number }): Promise<boolean>;
  /** The provider is asked at the next look: something has changed about this person, whom it names so. */
  makeDue(provider: string, subject: string): Promise<void>;
  /** What the provider says of the person now. */
  renew(hash: string, signIn: SignIn): Promise<void>;
  /** All that the provider has ended; returns how many. */
  endByProvider(provider: string, logout: ProviderLogout): Promise<number>;
  /** Does nothing if there is none. */
  end(hash: string): Promise<void>;
  /** Of all sessions of the person, or only that with the id, or all but that one; returns how many. */
  endOf(personId: string, which?: { readonly id: string } | { readonly but: string }): Promise<number>;
  /** Removes those that are over by time. */
  forget(nowMs: number): Promise<void>;
}
