/** What retention would delete now and what it deleted recently, on the operator's page. */
import type { CleanupState } from '../../app/retention/retention-read.ts';
import { clockDoubt } from '../../domain/run/run-message.ts';
import { countReasons } from '../../domain/retention/retention.ts';
import type { Cleanup } from '../../domain/retention/retention.ts';
import type { Urls } from '../urls.ts';
import { message } from '../message/message.ts';
import { bytesText, numberText, timeView } from '../viewer.ts';
import type { TimeView, Viewer } from '../viewer.ts';

export type CleanupSource = CleanupState;

export interface CleanupView {
  /** What would be deleted now; empty if nothing. */
  readonly would: string;
  readonly why: string;
  readonly free: string;
  readonly past: readonly {
    readonly at: TimeView;
    readonly reports: string;
    readonly why: string;
    readonly freed: string;
  }[];
  readonly clearUrl: string;
  /** Empty unless the clock may be wrong. */
  readonly doubt: string;
  readonly trustUrl: string;
}

export function cleanupView(
  { plan: { expired, more }, past, freeBytes, jump }: CleanupSource,
  viewer: Viewer,
  urls: Urls,
): CleanupView {
  const words = message.admin.clearing;
  const bytes = expired.reduce((sum, expiry) => sum + expiry.bytes, 0);
  return {
    would: expired.length === 0 ? '' : words.would(numberText(expired.length, viewer), bytesText(bytes, viewer), more),
    why: whyText(countReasons(expired), viewer),
    free: words.free(bytesText(freeBytes, viewer)),
    past: past.map((one) => ({
      at: timeView(one.atMs, viewer),
      reports: numberText(one.reports.age + one.reports.count + one.reports.size, viewer),
      why: whyText(one.reports, viewer) || words.files,
      freed: bytesText(one.bytes, viewer),
    })),
    clearUrl: urls.clear(),
    doubt: jump === undefined ? '' : clockDoubt(jump),
    trustUrl: urls.trustClock(),
  };
}

function whyText(reports: Cleanup['reports'], viewer: Viewer): string {
  const { reasons } = message.admin.clearing;
  return (['age', 'count', 'size'] as const)
    .filter((reason) => reports[reason] > 0)
    .map((reason) => `${numberText(reports[reason], viewer)}: ${reasons[reason]}`)
    .join(', ');
}
