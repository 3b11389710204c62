/** The pages about sessions: one's own, and for operators those of everybody. */
import { SESSION_COUNTS, type Session, type SignedIn } from '../domain/access/session.ts';
import { browserName } from './browser-name.ts';
import { SESSION_WORDS } from './message/message-person.ts';
import type { Urls } from './urls.ts';
import { numberText, timeView, type TimeView, type Viewer } from './viewer.ts';

export interface SessionRow {
  readonly id: string;
  readonly browser: string;
  /** The whole User-Agent. */
  readonly program: string;
  readonly note: string;
  readonly address: string;
  readonly begun: TimeView;
  readonly seen: TimeView;
  readonly isCurrent: boolean;
  readonly endTitle: string;
}

export interface SessionsView {
  readonly rows: readonly SessionRow[];
  /** Empty: not before signing in again. */
  readonly endUrl: string;
  readonly endAllUrl: string;
  readonly signInUrl: string;
}

export function sessionsView(
  {
    sessions,
    current,
    mustSignIn,
  }: {
    readonly sessions: readonly Session[];
    readonly current: Session | undefined;
    /** Before ending any. */
    readonly mustSignIn: boolean;
  },
  viewer: Viewer,
  urls: Urls,
): SessionsView {
  return {
    rows: sessions.map((session) => rowOf(session, session.id === current?.id, viewer)),
    endUrl: mustSignIn ? '' : urls.sessions('/end'),
    signInUrl: urls.signInAgain(urls.sessions()),
    endAllUrl: urls.sessions('/end-all'),
  };
}

export interface SignedInView {
  readonly backUrl: string;
  readonly endUrl: string;
  readonly people: readonly {
    readonly id: string;
    readonly url: string;
    readonly sessions: string;
    /** That there can be no more; empty: there can. */
    readonly note: string;
    readonly seen: TimeView;
    readonly endTitle: string;
  }[];
  /** Empty: all are shown. */
  readonly most: string;
  /** One person's. */
  readonly of?: { readonly person: string; readonly title: string; readonly rows: readonly SessionRow[] };
}

export function signedInView(
  {
    people,
    most,
    of,
  }: {
    readonly people: readonly SignedIn[];
    readonly most: number;
    readonly of: { readonly person: string; readonly sessions: readonly Session[] } | undefined;
  },
  viewer: Viewer,
  urls: Urls,
): SignedInView {
  const words = SESSION_WORDS.ofAll;
  return {
    backUrl: urls.admin(),
    endUrl: urls.allSessions('/end'),
    people: people.map(({ personId, sessions, seenAtMs }) => ({
      id: personId,
      url: urls.allSessions('', { person: personId }),
      sessions: numberText(sessions, viewer),
      note: sessions >= SESSION_COUNTS.person ? words.full : '',
      seen: timeView(seenAtMs, viewer),
      endTitle: words.endAllTitle(personId),
    })),
    most: people.length < most ? '' : words.most(numberText(most, viewer)),
    ...(of === undefined
      ? {}
      : {
          of: {
            person: of.person,
            title: words.of(of.person),
            rows: of.sessions.map((session) => rowOf(session, false, viewer)),
          },
        }),
  };
}

function rowOf(session: Session, isCurrent: boolean, viewer: Viewer): SessionRow {
  const browser = browserName(session.browser) || SESSION_WORDS.unknown;
  return {
    id: session.id,
    browser,
    program: session.browser,
    note: session.kind === 'operator' ? SESSION_WORDS.operator : '',
    address: session.address,
    begun: timeView(session.begunAtMs, viewer),
    seen: timeView(session.seenAtMs, viewer),
    isCurrent,
    endTitle: SESSION_WORDS.endTitle(browser),
  };
}
