/** The page that a link shows: the report, and what may be saved of it. */
import type { LinkAllows } from '../domain/run/link.ts';
import type { Run } from '../domain/run/run.ts';
import type { RunPageView } from './run-page.ts';
import { dateText, type TimeView, timeView, type Viewer } from './viewer.ts';

export const LINK_WORDS = {
  viewOnly: 'This link shows the report without its files.',
  noPicture: 'This link has no picture.',
  madeOn: (date: string) => `Report of ${date}`,
  waiting: 'The report has not begun yet. This page shows it as it comes.',
};

export interface LinkPageView extends Pick<
  RunPageView,
  'run' | 'head' | 'reportUrl' | 'liveUrl' | 'refreshS' | 'blocked'
> {
  readonly title: string;
  readonly madeOn: string;
  readonly at: TimeView;
  readonly mayDownload: boolean;
  /** The prefix of the addresses of files in the report, and where this page finds them. */
  readonly filesUrl: string;
  readonly filesAt: string;
  readonly filesOff: string;
  /** In a page of another site, which has a head of its own. */
  readonly isEmbedded: boolean;
  /** Of the sites that may show it so, with blanks between them; absent: it is not shown so. */
  readonly embedOrigins?: string;
}

interface LinkPageSource {
  readonly run: Run;
  readonly allows: LinkAllows;
  readonly filesUrl: string;
  /** Those that may show it in a page of theirs; empty: it is a page of its own. */
  readonly embedOrigins: readonly string[];
}

export function linkPageView(
  page: RunPageView,
  { run, allows, filesUrl, embedOrigins }: LinkPageSource,
  viewer: Viewer,
): LinkPageView {
  const { head, reportUrl, liveUrl, refreshS, blocked } = page;
  const mayDownload = allows === 'download';
  const isEmbedded = embedOrigins.length > 0;
  return {
    run: page.run,
    head,
    reportUrl: isEmbedded && reportUrl !== '' ? `${reportUrl}${reportUrl.includes('?') ? '&' : '?'}embed=1` : reportUrl,
    liveUrl,
    refreshS,
    blocked,
    title: run.title,
    madeOn: dateText(run.endedAtMs ?? run.createdAtMs, viewer),
    at: timeView(run.endedAtMs ?? run.createdAtMs, viewer),
    mayDownload,
    isEmbedded,
    ...(isEmbedded ? { embedOrigins: embedOrigins.join(' ') } : {}),
    filesUrl,
    filesAt: page.filesUrl,
    filesOff: mayDownload ? '' : LINK_WORDS.viewOnly,
  };
}
