/** Who may do what. Every use case asks here: the operator may do everything, others what the rules grant to them. */
import { AppError } from '../error.ts';
import { NAMELESS, NO_RIGHTS, NOBODY, OPEN_RIGHTS, type Person, type Rights } from './right.ts';
import { SCRIPT_ROLES, type ScriptRole } from './rule.ts';
import type { TokenBounds } from './token-bounds.ts';

export interface Actor {
  /** Stable, stored as `by`: `viewer`, `operator`, `cli`, or a user's id as `userId` writes it. */
  readonly id: string;
  readonly role: 'viewer' | 'operator';
  readonly rights: Rights;
  /** What is known of who it is. */
  readonly person: Person;
  /** Absent: not from outside. */
  readonly origin?: ActorOrigin;
  /** What a token leaves of these rights; absent: the person itself. `rights` are narrowed already. */
  readonly token?: TokenBounds;
  /** The id of a run whose report is seen whatever the rights are: that of a link. */
  readonly report?: string;
  /** In a page of another site: sees only what nobody in particular has requested. */
  readonly isEmbedded?: true;
  /** Has not signed in where people do. Nothing is a guest's own: all guests have the same id. */
  readonly isGuest?: true;
}

/** How somebody has shown who it is, and from where. */
export interface ActorOrigin {
  /** Such as `proxy` or `password`; absent: not at all. */
  readonly way?: string;
  /** Network address. */
  readonly address?: string;
}

export type Action =
  | { readonly type: 'list-scripts' }
  | { readonly type: 'read-script' | 'run-script'; readonly script: string; readonly isDraft?: boolean }
  /** See its drafts, who uses it, its findings and revisions, and roll it back. */
  | { readonly type: 'author-script'; readonly script: string }
  | { readonly type: 'read-run'; readonly script: string; readonly by: string }
  | { readonly type: 'cancel-run'; readonly by: string }
  | { readonly type: 'keep-run'; readonly by: string }
  | { readonly type: 'delete-run'; readonly by: string }
  | { readonly type: 'share-run'; readonly by: string }
  /** Replace, rename or delete it; `isMaker`: it is the actor's own. */
  | { readonly type: 'change-preset'; readonly isMaker: boolean }
  /** Presets of one's own and shared ones, of scripts that the actor may run. */
  | { readonly type: 'use-presets' }
  /** See, make and end one's own tokens and sessions, which only people may, not their tokens. */
  | { readonly type: 'use-tokens' | 'use-sessions' }
  | { readonly type: 'administer' };

/** Everybody of whom nothing is known, where there are no rules. */
export const VIEWER: Actor = { id: 'viewer', role: 'viewer', rights: OPEN_RIGHTS, person: NOBODY };
export const OPERATOR: Actor = { id: 'operator', role: 'operator', rights: OPEN_RIGHTS, person: NAMELESS };
export const LOCAL: Actor = {
  id: 'cli',
  role: 'operator',
  rights: OPEN_RIGHTS,
  person: NAMELESS,
  origin: { way: 'command line' },
};
/** The server itself, in what nobody asks it for. */
export const SERVER: Actor = { id: 'script-runner', role: 'operator', rights: OPEN_RIGHTS, person: NAMELESS };

const OWN_IDS = new Set([VIEWER.id, OPERATOR.id, LOCAL.id, SERVER.id]);
/** Somebody of whom nothing is known but that they have a link to the report of this run. */
export function linkActor(report: string): Actor {
  return { ...VIEWER, rights: NO_RIGHTS, report };
}

/** Whoever uses a form in a page of another site, whoever it is; `rights`: see `embedRights`. */
export function embedActor(rights: Rights): Actor {
  return { ...VIEWER, rights, isEmbedded: true };
}

/** Somebody who has not signed in where people do; `rights`: see `guestRights`. */
export function guestActor(rights: Rights): Actor {
  return { ...VIEWER, rights, isGuest: true };
}

const USER = 'user:';

/**
 * The id of a user whom a proxy names: the name itself, but never a built-in id. A user named `operator` becomes
 * `user:operator`; two names never have the same id.
 */
export function userId(name: string): string {
  return OWN_IDS.has(name.toLowerCase()) || name.toLowerCase().startsWith(USER) ? `${USER}${name}` : name;
}

/** Whether the actor is a person with a name of his own. */
export function isNamed({ id }: Actor): boolean {
  return !OWN_IDS.has(id);
}

/** Who has requested a report, in the words of the actor: guests do not learn who works here. */
export function makerFor({ isGuest }: Actor, { by }: { readonly by: string }): string {
  return isGuest === true && by !== VIEWER.id ? 'somebody' : by;
}

export function permits(actor: Actor, action: Action): boolean {
  if (isBeyondToken(actor, action) || (actor.isGuest === true && !isForGuests(action))) return false;
  if (action.type === 'use-tokens') return isNamed(actor);
  if (action.type === 'use-sessions') return true;
  if (actor.role === 'operator') return true;
  switch (action.type) {
    case 'administer':
      return false;
    case 'cancel-run':
    case 'keep-run':
    case 'delete-run':
      return action.by === actor.id;
    case 'share-run':
      return action.by === actor.id && isNamed(actor);
    case 'change-preset':
      return action.isMaker;
    case 'read-script':
      return has(actor, action.isDraft === true ? 'author' : 'viewer', action.script);
    case 'run-script':
      return has(actor, action.isDraft === true ? 'author' : 'runner', action.script) && mayOwn(actor, action.script);
    case 'author-script':
      return has(actor, 'author', action.script);
    case 'read-run':
      return has(actor, 'viewer', action.script) && isShown(actor, action);
    case 'list-scripts':
    case 'use-presets':
      return true;
  }
}

/** Whether the token, not the person, is why the actor may not. New actions are not for tokens until they are here. */
function isBeyondToken({ token }: Actor, action: Action): boolean {
  if (token === undefined) return false;
  switch (action.type) {
    case 'list-scripts':
    case 'use-presets':
    case 'read-script':
    case 'read-run':
      return false;
    case 'run-script':
    case 'cancel-run':
    case 'keep-run':
    case 'delete-run':
    case 'change-preset':
      return token.scope === 'read';
    case 'author-script':
    case 'administer':
      return token.scope !== 'administer';
    default:
      return true;
  }
}

function isForGuests({ type }: Action): boolean {
  return type === 'list-scripts' || type === 'read-script' || type === 'read-run' || type === 'run-script';
}

function has({ rights }: Actor, role: ScriptRole, script: string): boolean {
  const granted = rights.of(script).role;
  return granted !== undefined && SCRIPT_ROLES.indexOf(granted) >= SCRIPT_ROLES.indexOf(role);
}

function isShown(actor: Actor, { script, by }: { readonly script: string; readonly by: string }): boolean {
  if (actor.isEmbedded === true && by !== actor.id) return false;
  return actor.rights.of(script).runs === 'script' || (by === actor.id && mayOwn(actor, script));
}

/** Reports that only their owner may see need one: all who are not known by name have the same id. */
function mayOwn({ id, rights }: Actor, script: string): boolean {
  return rights.of(script).runs === 'script' || id !== VIEWER.id;
}

export function mayRun(
  actor: Actor,
  { name, isDraft }: { readonly name: string; readonly isDraft?: boolean | undefined },
): boolean {
  return permits(actor, { type: 'run-script', script: name, isDraft: isDraft === true });
}

/** Whether the actor sees what only authors of the script see. */
export function isAuthor(actor: Actor, script: string): boolean {
  return permits(actor, { type: 'author-script', script });
}

/** Throws `forbidden` unless the actor may. */
export function authorize(actor: Actor, action: Action): void {
  const refusal = refusalOf(actor, action);
  if (refusal !== undefined) throw new AppError('forbidden', refusal);
}

/** Why the actor may not, as a sentence; undefined: he may. */
export function refusalOf(actor: Actor, action: Action): string | undefined {
  return permits(actor, action) ? undefined : sentenceOf(actor, action);
}

function sentenceOf(actor: Actor, action: Action): string {
  if (isBeyondToken(actor, action)) return beyondToken(action);
  if (actor.isGuest === true) return action.type === 'run-script' ? 'Sign in to run this script.' : 'Sign in first.';
  switch (action.type) {
    case 'use-tokens':
      return 'Tokens belong to people with names: sign in with a name of your own.';
    case 'administer':
      return 'Only the operator may do this, who signs in with the link that the server printed when it started.';
    case 'author-script':
      return 'Only the authors of this script, or the operator, may see this.';
    case 'change-preset':
      return 'Only the person who made this preset, or the operator, may change it.';
    case 'run-script':
      return mayOwn(actor, action.script)
        ? 'You may see the reports of this script, but not run it. Ask its owner, or the operator of this server.'
        : 'The reports of this script are seen only by the person who requests them: sign in with a name of your own.';
    default:
      return 'Only the person who requested this report, or the operator, may do this.';
  }
}

function beyondToken({ type }: Action): string {
  if (type === 'author-script' || type === 'administer') return 'This needs a token with the scope administer.';
  if (type === 'share-run' || type === 'use-tokens' || type === 'use-sessions')
    return 'No token may do this: the person must sign in, and do it in person.';
  return 'This needs a token with the scope run; this one may only read.';
}
