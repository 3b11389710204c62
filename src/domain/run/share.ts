/** Reports that their owners hand to people and groups, whatever the rules of their scripts say. */
import type { Person } from '../access/right.ts';
import { AppError, type FieldProblem } from '../error.ts';

export const SHARE_LIMITS = { grantees: 100, nameChars: 200 };

/** Of somebody's groups; a statement of SQLite has room for not many more. */
const MOST_KEYS = 10_000;

export interface Share {
  /** As in the setting `access`: a user's name, or `@` and the name of a group. */
  readonly grantee: string;
  readonly by: string;
  readonly atMs: number;
}

/** Part of the run store. */
export interface ShareStore {
  /**
   * Those who have the report already keep it. Throws `not-found` for an unknown run, `gone` for a deleted one, and
   * `conflict` beyond `SHARE_LIMITS.grantees`.
   */
  share(id: string, grantees: readonly string[], by: string, atMs: number): Promise<void>;
  /** False if the report was not shared with this grantee. */
  unshare(id: string, grantee: string): Promise<boolean>;
  /** By grantee. */
  shares(id: string): Promise<readonly Share[]>;
  /** Whether the report is shared with any of these grantees. */
  isShared(id: string, grantees: readonly string[]): Promise<boolean>;
}

/** The grantees that include the person; none if nothing tells who it is. */
export function granteesOf({ name, groups }: Person): readonly string[] {
  // a user's name that begins with @ would be a group's
  const own = name === undefined || name.startsWith('@') ? [] : [name];
  return [...own, ...groups.slice(0, MOST_KEYS).map((group) => `@${group}`)];
}

/** As they are typed: one per line, or with commas between them. Throws `invalid` with a sentence for each. */
export function readGrantees(texts: readonly string[]): readonly string[] {
  const names = texts.flatMap((text) => text.split(/[,\n]/)).map((name) => name.trim());
  const given = [...new Set(names.filter((name) => name !== ''))];
  if (given.length === 0)
    throw invalid([{ field: 'grantees', message: 'Write at least one name, or a group as @name.' }]);
  const wrong = given.flatMap((name) => {
    const problem = problemOf(name);
    return problem === undefined ? [] : [{ field: 'grantees', message: problem }];
  });
  if (wrong.length > 0) throw invalid(wrong);
  return given;
}

function problemOf(name: string): string | undefined {
  if (name.length > SHARE_LIMITS.nameChars)
    return `“${name.slice(0, 20)}…” is too long: names have at most ${SHARE_LIMITS.nameChars} characters.`;
  if (name === 'anybody' || name === 'signed-in')
    return `A report is shared with people and groups by name, not with “${name}”.`;
  if (name === '@') return 'Behind @, write the name of a group.';
  if (/\p{Cc}/u.test(name)) return 'A name has a character that cannot be printed.';
  return undefined;
}

function invalid(fields: readonly FieldProblem[]): AppError {
  return new AppError('invalid', fields[0]?.message ?? 'Some names are wrong.', { fields });
}
