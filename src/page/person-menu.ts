/** The menu of the person at the top of each page: who it is, what is theirs, and signing out. */
import { type Actor, isNamed, OPERATOR } from '../domain/access/access.ts';
import { ACCOUNT_WORDS } from './message/message-account.ts';
import { PERSON_WORDS } from './message/message-person.ts';
import { TOKEN_WORDS } from './message/message-token.ts';
import type { Urls } from './urls.ts';

export interface PersonMenu {
  readonly name: string;
  readonly items: readonly { readonly label: string; readonly url: string }[];
  /** Empty: there is no session to end. */
  readonly signOutUrl: string;
}

/** Undefined for whoever has neither a name nor a session. */
export function personMenu(
  actor: Actor,
  { hasSession, hasAccount }: { readonly hasSession: boolean; readonly hasAccount: boolean },
  urls: Urls,
): PersonMenu | undefined {
  if (!isNamed(actor) && !hasSession) return undefined;
  const { name, shownName = name } = actor.person;
  return {
    name: shownName ?? (actor.id === OPERATOR.id ? PERSON_WORDS.operator : PERSON_WORDS.nameless),
    items: [
      ...(isNamed(actor) ? [{ label: PERSON_WORDS.reports, url: urls.history({ by: actor.id }) }] : []),
      ...(isNamed(actor) ? [{ label: TOKEN_WORDS.title, url: urls.tokens() }] : []),
      ...(hasAccount ? [{ label: ACCOUNT_WORDS.title, url: urls.account() }] : []),
      ...(hasSession ? [{ label: PERSON_WORDS.sessions, url: urls.sessions() }] : []),
    ],
    signOutUrl: hasSession ? urls.signOut() : '',
  };
}
