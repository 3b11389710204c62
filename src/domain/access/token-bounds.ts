/** What a token leaves of its person's rights. */

/** Each may do what those before it may: see reports; run scripts; administer, if the person is an operator. */
export const TOKEN_SCOPES = ['read', 'run', 'administer'] as const;
export type TokenScope = (typeof TOKEN_SCOPES)[number];

export interface TokenBounds {
  readonly scope: TokenScope;
  /** Names of scripts and folders; none: all. */
  readonly places: readonly string[];
}
