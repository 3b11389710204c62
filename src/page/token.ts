/** The page about one's own tokens. */
import { isValid, TOKEN_DAYS, type Token } from '../domain/access/token.ts';
import { TOKEN_SCOPES } from '../domain/access/token-bounds.ts';
import { daysText } from '../domain/text/duration.ts';
import type { FieldProblem } from '../domain/error.ts';
import { TOKEN_WORDS } from './message/message-token.ts';
import type { Urls } from './urls.ts';
import { timeView, type TimeView, type Viewer } from './viewer.ts';

/** What the form begins with, as text. */
export interface TokenForm {
  readonly name: string;
  readonly scope: string;
  readonly places: string;
  readonly days: string;
}

export const NEW_TOKEN: TokenForm = { name: '', scope: 'run', places: '', days: String(TOKEN_DAYS) };

export interface TokensView {
  readonly makeUrl: string;
  readonly revokeUrl: string;
  readonly apiUrl: string;
  /** When they rest; empty: never. */
  readonly rest: string;
  readonly rows: readonly TokenRow[];
  readonly form: TokenForm;
  readonly scopes: readonly { readonly value: string; readonly label: string; readonly isChosen: boolean }[];
  /** By field; empty: it is right. */
  readonly problems: Readonly<Record<string, string>>;
  readonly made?: { readonly title: string; readonly secret: string };
}

export interface TokenRow {
  readonly id: string;
  readonly name: string;
  readonly scope: string;
  readonly places: string;
  readonly created: TimeView;
  readonly used?: TimeView;
  readonly until: TimeView;
  /** Why it is not valid; empty: it is. */
  readonly ended: string;
  readonly revokeTitle: string;
}

interface TokensFound {
  readonly tokens: readonly Token[];
  readonly form: TokenForm;
  readonly problems: readonly FieldProblem[];
  readonly made: { readonly token: Token; readonly secret: string } | undefined;
  /** How long they go on without their person; undefined: the provider says whether the person still may sign in. */
  readonly idleMs: number | undefined;
}

export function tokensView(found: TokensFound, viewer: Viewer, urls: Urls): TokensView {
  const { tokens, form, problems, made, idleMs } = found;
  const words = TOKEN_WORDS;
  const isOperator = viewer.actor.role === 'operator';
  return {
    makeUrl: urls.tokens(),
    revokeUrl: urls.tokens('/revoke'),
    apiUrl: urls.api.runs(),
    rest: idleMs === undefined ? '' : words.rest(daysText(idleMs, viewer.locale)),
    rows: tokens.map((token) => rowOf(token, viewer)),
    form,
    scopes: TOKEN_SCOPES.filter((scope) => scope !== 'administer' || isOperator).map((value) => ({
      value,
      label: words.scopes[value],
      isChosen: value === form.scope,
    })),
    problems: Object.fromEntries(problems.map(({ field, message }) => [field, message])),
    ...(made === undefined ? {} : { made: { title: words.made(made.token.name), secret: made.secret } }),
  };
}

function rowOf(token: Token, viewer: Viewer): TokenRow {
  const words = TOKEN_WORDS;
  const { id, name, scope, places, createdAtMs, usedAtMs, untilMs, revokedAtMs } = token;
  return {
    id,
    name,
    scope: words.scopes[scope],
    places: places.length === 0 ? words.all : places.join(', '),
    created: timeView(createdAtMs, viewer),
    ...(usedAtMs === undefined ? {} : { used: timeView(usedAtMs, viewer) }),
    until: timeView(untilMs, viewer),
    ended: isValid(token, viewer.nowMs) ? '' : revokedAtMs === undefined ? words.expired : words.revoked,
    revokeTitle: words.revokeTitle(name),
  };
}
