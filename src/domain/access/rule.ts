/**
 * Who may do what with which scripts: the setting `access`, a list of lines such as `"finance/*: viewer @audit; runner
 * @finance ana@example.org; runs own"`.
 */
import { AppError } from '../error.ts';

/** Each may do what those before it may: see reports, run scripts, see drafts and how a script is used. */
export const SCRIPT_ROLES = ['viewer', 'runner', 'author'] as const;
export type ScriptRole = (typeof SCRIPT_ROLES)[number];

/** Whose reports people see: only their own, or those of all who may see the script. */
export type ReportSharing = 'own' | 'script';

/** `signed-in`: also with the shared password, which names nobody. */
export type Grantee =
  { readonly type: 'anybody' | 'signed-in' } | { readonly type: 'group' | 'user'; readonly name: string };

export interface AccessRule {
  /** Name of a script or of a folder; empty: everything. See also `onlyPlace`. */
  readonly place: string;
  /** It was written as a folder, `finance/*`, and is not meant for the script `finance` alone. */
  readonly isFolder?: true;
  /** The script's own file that says it, below the scripts folder; absent: the setting does. */
  readonly file?: string;
  /** That file does not say it any more. */
  readonly isRemembered?: true;
  /** Why that file's rule cannot be read, as a sentence: this rule closes the script. */
  readonly problem?: string;
  /** The rule that the script of this line carries, and that counts only for what this line does not say, if at all. */
  readonly replaced?: { readonly text: string; readonly file: string; readonly isPart: boolean };
  /** Absent: those of the rule above count. Roles that it does not name are given to nobody. */
  readonly roles?: Readonly<Partial<Record<ScriptRole, readonly Grantee[]>>>;
  /** Absent: as in the rule above. */
  readonly runs?: ReportSharing;
  /** As it was written. */
  readonly line: string;
}

/** By place. */
export type AccessRules = ReadonlyMap<string, AccessRule>;

/** A part that no name has. */
const ONLY = '/.';

/** The place of the script with this name, without the scripts in the folder of the same name. */
export function onlyPlace(script: string): string {
  return script + ONLY;
}

/** The script to which the place is limited; undefined: it is another place. */
export function scriptOfPlace(place: string): string | undefined {
  return place.endsWith(ONLY) ? place.slice(0, -ONLY.length) : undefined;
}

/** What holds where no rule says anything else. */
export const OPEN_RULE: Required<Pick<AccessRule, 'place' | 'roles' | 'runs' | 'line'>> = {
  place: '',
  roles: { runner: [{ type: 'anybody' }] },
  runs: 'script',
  line: '*: runner anybody; runs script',
};

const MOST_RULES = 1_000;
const EXAMPLE = '"finance/*: viewer @audit; runner @finance ana@example.org; runs own"';
/** A word, or several in quotes, with the sign of a group in front. */
const WORD = /\s*(@?)(?:"([^"]+)"|([^\s"@;][^\s";]*))/y;

/** Throws `invalid` for a line that cannot be read, and for two lines about one place. */
export function readAccessRules(lines: readonly string[]): AccessRules {
  if (lines.length > MOST_RULES)
    throw new AppError('invalid', `The setting access has ${lines.length} lines; ${MOST_RULES} are the most.`);
  const rules = new Map<string, AccessRule>();
  for (const line of lines) {
    const rule = readRule(line);
    if (rules.has(rule.place))
      throw new AppError(
        'invalid',
        `The setting access has two lines about ${rule.place === '' ? 'everything' : `“${rule.place}”`}; write one.`,
      );
    rules.set(rule.place, rule);
  }
  return rules;
}

function readRule(line: string): AccessRule {
  const [, where = '', what = ''] = /^\s*([^:]*?)\s*:(.*)$/s.exec(line) ?? [];
  const place = readPlace(where);
  if (place === undefined)
    throw misread(
      line,
      'it does not begin with a script, a folder such as finance/*, or * for everything, and a colon',
    );
  return {
    place,
    ...(where.endsWith('*') ? { isFolder: true } : {}),
    ...readClauses(what, (why) => misread(line, why)),
    line: line.trim(),
  };
}

/** What a line says behind its colon. Throws what `misread` makes of the reason why it cannot be read. */
export function readClauses(what: string, misread: (why: string) => Error): Pick<AccessRule, 'roles' | 'runs'> {
  let runs: ReportSharing | undefined;
  const roles: Partial<Record<ScriptRole, readonly Grantee[]>> = {};
  const clauses = splitClauses(what).filter((clause) => clause.trim() !== '');
  if (clauses.length === 0) throw misread('it says nothing behind the colon');
  for (const clause of clauses) {
    const [, word = '', rest = ''] = /^\s*(\S+)(.*)$/s.exec(clause) ?? [];
    const role = SCRIPT_ROLES.find((each) => each === word);
    const sharing = rest.trim();
    if (word === 'runs' && runs === undefined && (sharing === 'own' || sharing === 'script')) runs = sharing;
    else if (role !== undefined && roles[role] === undefined) roles[role] = granteesIn(rest, misread);
    else
      throw misread(
        `“${clause.trim()}” is no part of it: write viewer, runner or author and who, once each, or “runs own”, or “runs script”`,
      );
  }
  return {
    ...(Object.keys(roles).length === 0 ? {} : { roles }),
    ...(runs === undefined ? {} : { runs }),
  };
}

/**
 * The name of a script or folder, empty for everything: `finance/year`, `finance/*`, `*`. Undefined for what cannot be
 * one.
 */
export function readPlace(where: string): string | undefined {
  const place = where === '*' ? '' : where.replace(/^\/+|\/+\*?$/g, '').normalize();
  return where === '' || place.split('/').some((part) => part.includes('*') || part === '..' || part === '.')
    ? undefined
    : place;
}

/** At semicolons outside of quotes. */
function splitClauses(text: string): string[] {
  return text.match(/(?:"[^"]*"|[^;"]|")+/g) ?? [];
}

function granteesIn(text: string, misread: (why: string) => Error): Grantee[] {
  const found = readGrantees(text);
  if (found === undefined) throw misread(`it has a sign that is not part of a name in “${text.trim()}”`);
  return found;
}

/** Empty: nobody. Undefined for a text with other signs. */
export function readGrantees(text: string): Grantee[] | undefined {
  const found: Grantee[] = [];
  const end = text.trimEnd().length;
  for (WORD.lastIndex = 0; WORD.lastIndex < end;) {
    const [, sign, quoted, plain = ''] = WORD.exec(text) ?? [];
    if (sign === undefined) return undefined;
    const name = (quoted ?? plain).trim();
    if (sign === '@') found.push({ type: 'group', name });
    else if (quoted === undefined && (name === 'anybody' || name === 'signed-in')) found.push({ type: name });
    else if (quoted === undefined && name === 'nobody') continue;
    else found.push({ type: 'user', name });
  }
  return found;
}

function misread(line: string, why: string): AppError {
  return new AppError(
    'invalid',
    `The setting access has the line "${line}", but ${why}. Write lines such as ${EXAMPLE}.`,
  );
}
