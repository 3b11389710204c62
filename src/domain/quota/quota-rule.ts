/**
 * How much people may use: the setting `quotas`, a list of lines such as `"finance/*: 1 at once, 10 a day, 1h a day,
 * 2GB kept for @interns"`.
 */
import { grantsOf, type Person } from '../access/right.ts';
import { type Grantee, readGrantees, readPlace } from '../access/rule.ts';
import { AppError } from '../error.ts';
import { DURATION, durationMs } from '../text/duration.ts';
import { SIZE, sizeBytes } from '../text/size.ts';

export interface QuotaLimits {
  /** Runs that wait or execute. */
  readonly atOnce?: number;
  /** Runs that were requested within 24 hours. */
  readonly runs?: number;
  /** Milliseconds that runs of the last 24 hours have executed. */
  readonly timeMs?: number;
  /** Of the reports and their files. */
  readonly keptBytes?: number;
}

export interface QuotaRule extends QuotaLimits {
  /** Name of a script or of a folder, whose runs are counted; empty: all. */
  readonly place: string;
  /** Whom it concerns. */
  readonly who: readonly Grantee[];
  /** All whom it concerns have it together; else each of them has it alone. */
  readonly isTogether: boolean;
  /** As it was written. */
  readonly line: string;
}

const MOST_RULES = 1_000;
/** Who can be named to have a quota together: each of them is compared with each run. */
const MOST_TOGETHER = 50;
const MOST = 1e9;
const EXAMPLE = '"*: 4 at once, 100 a day" or "finance/*: 1 at once, 10 a day, 1h a day, 2GB kept for @interns"';

/** Throws `invalid` for a line that cannot be read. */
export function readQuotas(lines: readonly string[]): readonly QuotaRule[] {
  if (lines.length > MOST_RULES)
    throw new AppError('invalid', `The setting quotas has ${lines.length} lines; ${MOST_RULES} are the most.`);
  return lines.map(readQuota);
}

/** Those that count when the person runs the script. */
export function quotasOf(rules: readonly QuotaRule[], person: Person, script: string): readonly QuotaRule[] {
  return quotasAbout(rules, script).filter(({ who }) => grantsOf(who, person).length > 0);
}

/** Those that count for the script, for whomever. */
export function quotasAbout(rules: readonly QuotaRule[], script: string): readonly QuotaRule[] {
  return rules.filter(({ place }) => place === '' || script === place || script.startsWith(`${place}/`));
}

/** Whether some people have it together, not all: their runs are known by `quotaMembers`. */
export function isOfSome({ who, isTogether }: QuotaRule): boolean {
  return isTogether && who.every(({ type }) => type !== 'anybody');
}

/** What a run keeps of its requester, so that the rules that some people have together count it. */
export function quotaMembers(rules: readonly QuotaRule[], person: Person): readonly string[] {
  return [...new Set(rules.filter(isOfSome).flatMap(({ who }) => grantsOf(who, person).map(memberName)))];
}

/** One grantee as a run keeps it: groups begin with `@`. */
export function memberName(grantee: Grantee): string {
  if (grantee.type === 'group') return `@${grantee.name}`;
  return grantee.type === 'user' ? `=${grantee.name}` : grantee.type;
}

function readQuota(line: string): QuotaRule {
  const [, where = '', what = '', forWhom] = /^\s*([^:]*?)\s*:(.*?)(?:\sfor\s(.*))?$/s.exec(line) ?? [];
  const place = readPlace(where);
  if (place === undefined)
    throw misread(
      line,
      'it does not begin with a script, a folder such as finance/*, or * for everything, and a colon',
    );
  const who = forWhom === undefined ? [{ type: 'anybody' } as const] : readGrantees(forWhom);
  if (who === undefined || who.length === 0) throw misread(line, 'it names nobody behind “for”');
  const [, list = '', together] = /^(.*?)(\stogether)?\s*$/s.exec(what) ?? [];
  if (together !== undefined && who.length > MOST_TOGETHER)
    throw misread(line, `it names ${who.length} together, and ${MOST_TOGETHER} are the most: name a group`);
  const limits: { -readonly [Name in keyof QuotaLimits]?: number } = {};
  // in a variable, commas separate lines
  for (const text of list.split(/[,;]/)) {
    const [name, value] = readLimit(text.trim()) ?? [];
    if (name === undefined || value === undefined || limits[name] !== undefined)
      throw misread(
        line,
        `“${text.trim()}” is no limit of it: write “4 at once”, “100 a day”, “1h a day” or “2GB kept”, once each`,
      );
    limits[name] = value;
  }
  return { place, who, isTogether: together !== undefined, ...limits, line: line.trim() };
}

function readLimit(text: string): [keyof QuotaLimits, number] | undefined {
  const [, amount = '', kind] = /^(\d\S*(?:\s+[A-Za-z]+)??)\s+(at once|a day|kept)$/.exec(text) ?? [];
  const plain = amount.replace(/\s+/g, '');
  const count = /^\d+$/.test(plain) && Number(plain) <= MOST ? Number(plain) : undefined;
  if (kind === 'at once') return count === undefined || count === 0 ? undefined : ['atOnce', count];
  if (kind === 'kept') return SIZE.test(plain) ? ['keptBytes', sizeBytes(plain)] : undefined;
  if (kind === undefined) return undefined;
  if (count !== undefined) return ['runs', count];
  return DURATION.test(plain) ? ['timeMs', durationMs(plain)] : undefined;
}

function misread(line: string, why: string): AppError {
  return new AppError(
    'invalid',
    `The setting quotas has the line "${line}", but ${why}. Write lines such as ${EXAMPLE}.`,
  );
}
