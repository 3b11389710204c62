/** The page on which the owner of a report hands it to others: to people by name, and by links. */
import { isLive, lifeText, type Link, LINK_LIMITS, type RunLink, USUAL_LINK_MS } from '../domain/run/link.ts';
import { DAY_MS } from '../domain/milliseconds.ts';
import type { Run } from '../domain/run/run.ts';
import { SHARE_LIMITS, type Share } from '../domain/run/share.ts';
import type { Urls } from './urls.ts';
import type { TimeView, Viewer } from './viewer.ts';
import { numberText, timeView } from './viewer.ts';

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

export const LINK_LIST_WORDS = {
  title: 'Links',
  linkText: 'Links to reports',
  help: 'Whoever has such a link sees this report without signing in, until it expires or you revoke it.',
  off: 'Links are switched off on this server.',
  none: 'There is no link to this report.',
  noneAtAll: 'There are no links.',
  most: `The newest ${LINK_LIMITS.listed} are shown.`,
  allows: 'It shows',
  view: 'the report',
  download: 'the report and its files',
  preview: 'Preview in messages',
  previews: { none: 'title and day', picture: 'with the first picture' },
  withPreview: (allows: string) => `${allows}; preview with picture`,
  days: 'Days',
  daysHelp: (mostMs: number) => `Links live for ${lifeText(mostMs)} at most.`,
  note: 'Note',
  noteHelp: 'for yourself',
  make: 'Make a link',
  report: 'Report',
  until: 'Until',
  expired: 'expired',
  revoked: 'revoked',
  uses: 'Opened',
  never: 'never',
  times: (count: string) => (count === '1' ? 'once' : `${count} times`),
  last: 'last',
  open: 'Open',
  copy: 'Copy',
  copied: 'Link copied',
  revoke: 'Revoke',
  actions: 'Actions',
};

export interface LinkRow {
  readonly allows: string;
  readonly note: string;
  readonly by: string;
  readonly at: TimeView;
  readonly until: TimeView;
  /** `expired`, `revoked` or empty. */
  readonly ended: string;
  readonly uses: string;
  readonly usedAt: TimeView | undefined;
  /** Empty once it has ended. */
  readonly url: string;
  readonly revokeUrl: string;
  /** Of all reports. */
  readonly report: { readonly title: string; readonly url: string } | undefined;
}

/** What was typed into a form and refused, and why; empty problems: nothing was. */
export interface ShareTyped {
  readonly names: string;
  readonly problem: string;
  readonly link: {
    readonly allows: string;
    readonly preview: string;
    readonly days: string;
    readonly note: string;
    readonly problem: string;
  };
}

export interface ShareView extends ShareTyped {
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
  readonly linksUrl: string;
  /** Empty where there are no links. */
  readonly daysHelp: string;
  readonly mostDays: number;
  readonly links: readonly LinkRow[];
}

export interface ShareSource {
  readonly run: Run;
  readonly shares: readonly Share[];
  readonly links: readonly Link[];
  /** Of a link, by its id. */
  readonly address: (id: string) => string;
  /** Undefined: there are no links. */
  readonly mostMs: number | undefined;
}

export function shareView(source: ShareSource, typed: ShareTyped, viewer: Viewer, urls: Urls): ShareView {
  const { run, shares, links, mostMs } = source;
  const { id, title } = run;
  return {
    title,
    url: urls.run(id),
    sharesUrl: urls.shares(id),
    withdrawUrl: urls.unshare(id),
    rows: shares.map(({ grantee, by, atMs }) => ({
      grantee,
      at: timeView(atMs, viewer),
      by,
      withdraw: SHARE_WORDS.withdrawFrom(grantee),
    })),
    linksUrl: urls.links(id),
    daysHelp: mostMs === undefined ? '' : LINK_LIST_WORDS.daysHelp(mostMs),
    mostDays: Math.max(1, Math.floor((mostMs ?? 0) / DAY_MS)),
    links: links.map((link) => linkRow({ ...link, run: id }, source.address, viewer, urls)),
    ...typed,
  };
}

/** Nothing was typed yet. */
export function noTyped(mostMs = USUAL_LINK_MS): ShareTyped {
  const days = String(Math.max(1, Math.round(Math.min(USUAL_LINK_MS, mostMs) / DAY_MS)));
  return { names: '', problem: '', link: { allows: 'view', preview: '', days, note: '', problem: '' } };
}

export function linkRow(
  link: Link & Pick<RunLink, 'run'> & Partial<Pick<RunLink, 'title'>>,
  address: (id: string) => string,
  viewer: Viewer,
  urls: Urls,
): LinkRow {
  const words = LINK_LIST_WORDS;
  const isOn = isLive(link, viewer.nowMs);
  return {
    allows: link.preview ? words.withPreview(words[link.allows]) : words[link.allows],
    note: link.note,
    by: link.by,
    at: timeView(link.atMs, viewer),
    until: timeView(link.untilMs, viewer),
    ended: isOn ? '' : link.revokedAtMs === undefined ? words.expired : words.revoked,
    uses: link.uses === 0 ? words.never : words.times(numberText(link.uses, viewer)),
    usedAt: link.usedAtMs === undefined ? undefined : timeView(link.usedAtMs, viewer),
    url: isOn ? address(link.id) : '',
    revokeUrl: isOn ? urls.revokeLink(link.run, link.id) : '',
    report: link.title === undefined ? undefined : { title: link.title, url: urls.run(link.run) },
  };
}
