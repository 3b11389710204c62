/** The page on which the owner of a report hands it to others. */
import type { Run } from '../domain/run/run.ts';
import { SHARE_LIMITS, type Share } from '../domain/run/share.ts';
import type { Urls } from './urls.ts';
import type { TimeView, Viewer } from './viewer.ts';
import { timeView } from './viewer.ts';

export const SHARE_WORDS = {
  title: 'Share',
  copy: 'Copy the address',
  copied: 'Address copied',
  copyHelp: 'The address is for those who may see this report already.',
  people: 'People and groups',
  peopleHelp:
    'They see this report and its downloads when they have signed in, also if they may not see other reports of it. They cannot run it.',
  none: 'This report is shared with nobody yet.',
  names: 'Names',
  namesHelp: `Names as people sign in, or groups as @name, with commas between them; ${SHARE_LIMITS.grantees} at most.`,
  share: 'Share',
  name: 'Name',
  since: 'Since',
  by: 'By',
  withdraw: 'Withdraw',
  withdrawFrom: (name: string) => `Withdraw from ${name}`,
};

export interface ShareView {
  readonly title: string;
  readonly url: string;
  readonly sharesUrl: string;
  readonly withdrawUrl: string;
  readonly rows: readonly {
    readonly grantee: string;
    readonly at: TimeView;
    readonly by: string;
    readonly withdraw: string;
  }[];
  readonly names: string;
  /** Why the names were refused; empty if they were not. */
  readonly problem: string;
}

/** `typed`: names that were refused, and why. */
export function shareView(
  { run, shares }: { readonly run: Run; readonly shares: readonly Share[] },
  typed: { readonly names: string; readonly problem: string },
  viewer: Viewer,
  urls: Urls,
): ShareView {
  return {
    title: run.title,
    url: urls.run(run.id),
    sharesUrl: urls.shares(run.id),
    withdrawUrl: urls.unshare(run.id),
    rows: shares.map(({ grantee, by, atMs }) => ({
      grantee,
      at: timeView(atMs, viewer),
      by,
      withdraw: SHARE_WORDS.withdrawFrom(grantee),
    })),
    ...typed,
  };
}
