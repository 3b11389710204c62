/** Who may do what. Every use case asks here; there are two kinds of actors; users and groups come later. */
import { AppError } from '../error.ts';

export interface Actor {
  /** Stable, stored as `by`: `viewer`, `operator`, `cli`, or a user's id as `userId` writes it. */
  readonly id: string;
  readonly role: 'viewer' | 'operator';
}

export type Action =
  | { readonly type: 'list-scripts' }
  | { readonly type: 'read-script' | 'run-script'; readonly script: string; readonly isDraft?: boolean }
  | { readonly type: 'read-run'; readonly script: string }
  | { readonly type: 'cancel-run'; readonly by: string }
  | { readonly type: 'keep-run'; readonly by: string }
  | { readonly type: 'delete-run'; readonly by: string }
  /** Replace, rename or delete it; `isMaker`: it is the actor's own. */
  | { readonly type: 'change-preset'; readonly isMaker: boolean }
  | { readonly type: 'administer' };

export const VIEWER: Actor = { id: 'viewer', role: 'viewer' };
export const OPERATOR: Actor = { id: 'operator', role: 'operator' };
export const LOCAL: Actor = { id: 'cli', role: 'operator' };

const OWN_IDS = new Set([VIEWER.id, OPERATOR.id, LOCAL.id]);
const USER = 'user:';

/**
 * The id of a user whom a proxy names: the name itself, but never a built-in id. A user named `operator` becomes
 * `user:operator`; two names never have the same id.
 */
export function userId(name: string): string {
  return OWN_IDS.has(name.toLowerCase()) || name.toLowerCase().startsWith(USER) ? `${USER}${name}` : name;
}

export function permits(actor: Actor, action: Action): boolean {
  if (actor.role === 'operator') return true;
  switch (action.type) {
    case 'administer':
      return false;
    case 'cancel-run':
    case 'keep-run':
    case 'delete-run':
      return action.by === actor.id;
    case 'change-preset':
      return action.isMaker;
    case 'read-script':
    case 'run-script':
      return action.isDraft !== true;
    case 'list-scripts':
    case 'read-run':
      return true;
  }
}

/** Throws `forbidden` unless the actor may. */
export function authorize(actor: Actor, action: Action): void {
  if (permits(actor, action)) return;
  const text =
    action.type === 'administer'
      ? 'Only the operator may do this, who signs in with the link that the server printed when it started.'
      : action.type === 'change-preset'
        ? 'Only the person who made this preset, or the operator, may change it.'
        : 'Only the person who requested this report, or the operator, may do this.';
  throw new AppError('forbidden', text);
}
