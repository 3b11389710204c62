/** Tokens: people make, see and revoke their own; operators see and revoke those of everybody. */
import { hash, randomBytes } from 'node:crypto';
import { type Actor, authorize, isNamed } from '../domain/access/access.ts';
import {
  type FoundToken,
  isValid,
  type ListedToken,
  TOKEN_DAYS,
  TOKEN_LIMITS,
  TOKEN_PREFIX,
  TOKEN_SEEN_MS,
  TOKEN_SHOWN_MS,
  type Token,
} from '../domain/access/token.ts';
import { TOKEN_SCOPES } from '../domain/access/token-bounds.ts';
import { AppError, type FieldProblem } from '../domain/error.ts';
import { DAY_MS, HOUR_MS } from '../domain/milliseconds.ts';
import type { AppContext } from './context.ts';

export type TokenContext = Pick<AppContext, 'tokens' | 'audit' | 'now' | 'newId'>;

const SECRET_BYTES = 24;

/** As somebody fills it in. */
export interface TokenRequest {
  readonly name: string;
  readonly scope: string;
  /** As in the setting `access`: scripts, or folders as `finance/*`. */
  readonly places: readonly string[];
  readonly days?: number;
}

/**
 * Makes a token of the actor, who must be a person with a name. `secret` is the token itself, which nothing keeps.
 * Throws `forbidden`, `invalid` with every wrong field, and `conflict` when the person has too many.
 */
export async function makeToken(
  ctx: TokenContext,
  actor: Actor,
  request: TokenRequest,
): Promise<{ readonly token: Token; readonly secret: string }> {
  authorize(actor, { type: 'use-tokens' });
  const { name, scope, places, days } = checkRequest(actor, request);
  const nowMs = ctx.now();
  const secret = TOKEN_PREFIX + randomBytes(SECRET_BYTES).toString('hex');
  const token: Token = {
    id: ctx.newId(),
    personId: actor.id,
    name,
    scope,
    places,
    createdAtMs: nowMs,
    untilMs: nowMs + days * DAY_MS,
  };
  const store = storeOf(ctx);
  await store.notePerson(actor.id, actor.person, { provider: actor.origin?.way ?? '', nowMs, isNew: true });
  await store.add(hashOf(secret), token);
  await ctx.audit?.record(actor, { action: 'token-made', details: { token: token.id, name, scope, places, days } });
  return { token, secret };
}

/** Those of the actor, also for a while those that have ended; the newest first. Throws `forbidden`. */
export async function listTokens(ctx: TokenContext, actor: Actor): Promise<readonly ListedToken[]> {
  authorize(actor, { type: 'use-tokens' });
  return shown(ctx, await storeOf(ctx).list(actor.id));
}

/** Those of one person, by its id, or of everybody. Throws `forbidden`. */
export async function listAllTokens(
  ctx: TokenContext,
  actor: Actor,
  personId?: string,
): Promise<readonly ListedToken[]> {
  authorize(actor, { type: 'administer' });
  return shown(ctx, await storeOf(ctx).list(personId));
}

/** Effective at once; operators may revoke all. Throws `forbidden`, and `not-found` for what is not the actor's own. */
export async function revokeToken(ctx: TokenContext, actor: Actor, id: string): Promise<Token> {
  const mayAll = actor.role === 'operator' && actor.token === undefined;
  if (!mayAll) authorize(actor, { type: 'use-tokens' });
  const token = await storeOf(ctx).revoke({ id, ...(mayAll ? {} : { personId: actor.id }) }, ctx.now());
  if (token === undefined) throw new AppError('not-found', 'There is no such token, or it was revoked already.');
  const details = { token: id, name: token.name, of: token.personId };
  await ctx.audit?.record(actor, { action: 'token-revoked', details });
  return token;
}

/** The token and its person, as known at the last time; undefined: it is not valid. Notes that it is used. */
export async function findToken(
  ctx: Pick<AppContext, 'tokens' | 'now' | 'log'>,
  secret: string,
): Promise<FoundToken | undefined> {
  const found = await ctx.tokens?.find(hashOf(secret));
  const nowMs = ctx.now();
  if (found === undefined || !isValid(found.token, nowMs)) return undefined;
  const { id, usedAtMs } = found.token;
  if (usedAtMs === undefined || nowMs - usedAtMs >= TOKEN_SEEN_MS)
    // a full disk is no reason to refuse it
    await ctx.tokens?.touch(id, nowMs).catch((error: unknown) => {
      ctx.log.warn({ error }, 'It could not be noted that a token was used');
    });
  return found;
}

/** How often it is stored who a person is, if nothing has changed. */
const NOTED_MS = HOUR_MS;
/** People who are remembered. */
const MOST_PEOPLE = 10_000;

/** Tokens act with the groups that their people had when they were last here. */
export function createPersonNotes(ctx: Pick<AppContext, 'tokens' | 'now' | 'log'>): (actor: Actor) => void {
  const known = new Map<string, { readonly text: string; readonly atMs: number }>();
  return (actor) => {
    const { tokens } = ctx;
    if (tokens === undefined || actor.token !== undefined || !isNamed(actor)) return;
    const [text, nowMs] = [JSON.stringify(actor.person), ctx.now()];
    const before = known.get(actor.id);
    if (before?.text === text && nowMs - before.atMs < NOTED_MS) return;
    if (known.size >= MOST_PEOPLE) known.clear();
    known.set(actor.id, { text, atMs: nowMs });
    const note = { provider: actor.origin?.way ?? '', nowMs, isNew: false };
    tokens.notePerson(actor.id, actor.person, note).catch((error: unknown) => {
      known.delete(actor.id);
      ctx.log.warn({ error }, 'It could not be noted who a person is');
    });
  };
}

function checkRequest(actor: Actor, { name: given, scope: word, places: texts, days = TOKEN_DAYS }: TokenRequest) {
  const fields: FieldProblem[] = [];
  const wrong = (field: string, message: string) => void fields.push({ field, message });
  const name = given.trim();
  if (name === '' || name.length > TOKEN_LIMITS.nameChars)
    wrong('name', `Say what the token is for, in at most ${TOKEN_LIMITS.nameChars} characters.`);
  const scope = TOKEN_SCOPES.find((known) => known === word);
  if (scope === undefined) wrong('scope', `Choose one of ${TOKEN_SCOPES.join(', ')}.`);
  else if (scope === 'administer' && actor.role !== 'operator') wrong('scope', 'Only operators can administer.');
  if (!Number.isInteger(days) || days < 1 || days > TOKEN_LIMITS.days)
    wrong('days', `Write a whole number of days from 1 to ${TOKEN_LIMITS.days}.`);
  const places = [...new Set(texts.map(placeOf).filter((place) => place !== ''))];
  if (places.length > TOKEN_LIMITS.places) wrong('places', `Write at most ${TOKEN_LIMITS.places} scripts and folders.`);
  for (const place of places)
    if (/(^|\/)\.{0,2}(\/|$)|\*/.test(place) || place.length > TOKEN_LIMITS.placeChars)
      wrong('places', `“${place.slice(0, 100)}” is no script and no folder: write names such as sales or finance/*.`);
  if (scope === 'administer' && places.length > 0)
    wrong('places', 'A token with the scope administer is for everything: leave this empty.');
  if (scope === undefined || fields.length > 0)
    throw new AppError('invalid', 'The token cannot be made like this.', { fields });
  return { name, scope, places, days };
}

/** `finance/*` and `finance` are the same place. */
function placeOf(text: string): string {
  return text
    .trim()
    .replace(/^\/+|\/+\*?$/g, '')
    .normalize();
}

function hashOf(secret: string): string {
  return hash('sha256', secret);
}

function shown({ now }: TokenContext, tokens: readonly ListedToken[]): readonly ListedToken[] {
  const sinceMs = now() - TOKEN_SHOWN_MS;
  return tokens.filter(({ untilMs, revokedAtMs = Infinity }) => Math.min(untilMs, revokedAtMs) > sinceMs);
}

function storeOf({ tokens }: TokenContext): NonNullable<AppContext['tokens']> {
  if (tokens === undefined) throw new AppError('unavailable', 'Tokens cannot be kept here.');
  return tokens;
}
