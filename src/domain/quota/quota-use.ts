/** What has been used of a quota, what is left, and the sentences about it. */
import { AppError } from '../error.ts';
import { dateFormat } from '../text/intl.ts';
import { durationText } from '../text/duration.ts';
import { sizeWords } from '../text/size.ts';
import { isOfSome, type QuotaRule } from './quota-rule.ts';

/** Time after which a run no longer counts for the limits of a day. */
export const QUOTA_DAY_MS = 24 * 3_600_000;

/** Of the person whom the rule concerns, or of all who have it together. */
export interface QuotaUse {
  readonly rule: QuotaRule;
  /** Runs that wait or execute. */
  readonly atOnce: number;
  /** Of the last 24 hours. */
  readonly runs: number;
  readonly timeMs: number;
  /** When the first of them no longer counts; undefined: there is none. */
  readonly lessAtMs: number | undefined;
  /** When there is less than the rule allows again; undefined: there is now. */
  readonly runsFreeAtMs: number | undefined;
  readonly timeFreeAtMs: number | undefined;
}

/** For somebody and a script. `off`: why no further report can be requested; `note`: what is left; else empty. */
export interface QuotaState {
  readonly off: string;
  readonly note: string;
}

/** How people read the time. */
export interface QuotaClock {
  readonly nowMs: number;
  readonly timezone: string;
}

const LOCALE = 'en-GB';
const RETRY_AT_ONCE_S = 10;
const RETRY_KEPT_S = 3600;

/** Why no further run may be requested: `limited`, with the time until one may; undefined: one may. */
export function quotaRefusal(uses: readonly QuotaUse[], clock: QuotaClock): AppError | undefined {
  const refusals = uses.flatMap((use) => refusalsOf(use, clock));
  // the one that lasts longest
  return refusals.toSorted((one, other) => (other.retryAfterS ?? 0) - (one.retryAfterS ?? 0))[0];
}

function refusalsOf({ rule, ...use }: QuotaUse, clock: QuotaClock): AppError[] {
  const { atOnce, runs, timeMs, isTogether } = rule;
  const of = `${isTogether ? 'reports' : 'of your reports'}${aboutText(rule)}`;
  const later = (atMs: number | undefined, text: string) =>
    atMs === undefined
      ? []
      : [limited(`${text} ${nextText(atMs, clock)}`, Math.max(1, Math.ceil((atMs - clock.nowMs) / 1000)))];
  return [
    ...(atOnce === undefined || use.atOnce < atOnce
      ? []
      : [
          limited(
            `${use.atOnce} ${of} wait or are being made, and ${atOnce} may at once. Try again when one is finished.`,
            RETRY_AT_ONCE_S,
          ),
        ]),
    ...later(
      use.runsFreeAtMs,
      `${use.runs} ${of} were requested in the last 24 hours, and ${runs ?? 0} may be in this time.`,
    ),
    ...later(
      use.timeFreeAtMs,
      `In the last 24 hours, ${isTogether ? 'reports' : 'your reports'}${aboutText(rule)} took ${spanText(use.timeMs)}, and ${spanText(timeMs ?? 0)} may be taken in this time.`,
    ),
  ];
}

/** `limited` if reports take more than the rule allows. */
export function keptRefusal(rule: QuotaRule, bytes: number): AppError | undefined {
  if (rule.keptBytes === undefined || bytes < rule.keptBytes) return undefined;
  return limited(
    `${rule.isTogether ? 'Reports' : 'Your reports'}${aboutText(rule)} take ${sizeWords(bytes)}, and ${sizeWords(rule.keptBytes)} may be kept. Delete some of them.`,
    RETRY_KEPT_S,
  );
}

/** What is left, as a sentence; empty while less than half is used, and where nothing is left. */
export function quotaNote(uses: readonly QuotaUse[], clock: QuotaClock): string {
  if (quotaRefusal(uses, clock) !== undefined) return '';
  const [least] = uses
    .flatMap(({ rule, runs, lessAtMs }) =>
      rule.runs === undefined || lessAtMs === undefined || runs * 2 < rule.runs
        ? []
        : [{ left: rule.runs - runs, rule, lessAtMs }],
    )
    .toSorted((one, other) => one.left - other.left);
  if (least === undefined) return '';
  const { left, rule, lessAtMs } = least;
  const more = `${left} more ${left === 1 ? 'report' : 'reports'}${whereText(rule)}`;
  return `${whoText(rule)} can request ${more}; one more from ${timeText(lessAtMs, clock)} on.`;
}

function limited(message: string, retryAfterS: number): AppError {
  return new AppError('limited', message, { retryAfterS });
}

function nextText(atMs: number, clock: QuotaClock): string {
  return `The next can be requested at ${timeText(atMs, clock)}.`;
}

/** It is within a day. The next minute: not a minute too early. */
function timeText(atMs: number, { nowMs, timezone }: QuotaClock): string {
  const minute = Math.ceil(atMs / 60_000) * 60_000;
  const day = dateFormat(LOCALE, { dateStyle: 'short', timeZone: timezone });
  const time = dateFormat(LOCALE, { timeStyle: 'short', timeZone: timezone }).format(minute);
  return day.format(minute) === day.format(nowMs) ? time : `${time} tomorrow`;
}

function spanText(ms: number): string {
  return durationText(ms, LOCALE);
}

/** Who can request them, at the beginning of a sentence. */
function whoText(rule: QuotaRule): string {
  if (!rule.isTogether) return 'You';
  return isOfSome(rule) ? `Together, ${membersText(rule)}` : 'All people together';
}

/** Others are not named: nobody needs to know who they are. */
function membersText({ who }: QuotaRule): string {
  const [first, second] = who;
  return first?.type === 'group' && second === undefined ? `the group ${first.name}` : 'those who share this quota';
}

/** Of what, and by whom, if not by oneself or by all. */
function aboutText(rule: QuotaRule): string {
  return `${whereText(rule)}${isOfSome(rule) ? ` by ${membersText(rule)}` : ''}`;
}

function whereText({ place }: QuotaRule): string {
  return place === '' ? '' : ` of ${place}`;
}
