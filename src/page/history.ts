/** The history: runs that match the filters in the address, newest first. */
import { FINAL_STATUSES } from '../domain/run/run.ts';
import type { Run } from '../domain/run/run.ts';
import { granteesOf } from '../domain/run/share.ts';
import type { Script } from '../domain/script/script.ts';
import type { Urls, Query } from './urls.ts';
import { message } from './message/message.ts';
import { statusView } from './outcome.ts';
import type { StatusView } from './outcome.ts';
import { shownValues, valuesText } from './value.ts';
import { spanText, timeView } from './viewer.ts';
import type { TimeView, Viewer } from './viewer.ts';

export interface HistoryFilter {
  readonly script: string;
  readonly status: string;
  readonly by: string;
  /** Local dates of the viewer, `2026-01-31`, or empty. */
  readonly since: string;
  readonly until: string;
  /** `me`: only what is shared with the viewer; else empty. */
  readonly shared: '' | 'me';
}

export interface HistoryRow {
  readonly title: string;
  readonly url: string;
  readonly status: StatusView;
  readonly at: TimeView;
  readonly by: string;
  readonly values: string;
  readonly took: string;
  /** Duration in percent of twice the usual one, so that 50 is usual; empty if unknown. */
  readonly share: number | undefined;
  readonly pinned: boolean;
  readonly deleted: boolean;
}

export interface HistoryView {
  readonly filter: HistoryFilter;
  readonly filtered: boolean;
  /** Whether the viewer is somebody with whom reports can be shared. */
  readonly canBeGiven: boolean;
  /** Undefined: there are too many, and the name is typed. */
  readonly scripts: readonly { readonly value: string; readonly label: string; readonly chosen: boolean }[] | undefined;
  readonly statuses: readonly { readonly value: string; readonly label: string; readonly chosen: boolean }[];
  readonly rows: readonly HistoryRow[];
  readonly olderUrl: string;
  readonly newestUrl: string;
  readonly none: string;
}

/** Beyond so many, a script is named instead of chosen. */
const MOST_OPTIONS = 300;

/** The scripts of the runs, by the names that those have. */
export type HistoryScripts = ReadonlyMap<string, { readonly script: Script; readonly usualMs?: number }>;

interface HistorySource {
  readonly runs: readonly Run[];
  readonly next: string | undefined;
  readonly cursor: string;
  readonly scripts: HistoryScripts;
  /** Those that the viewer can choose. */
  readonly options: readonly Script[];
}

export function historyView(source: HistorySource, filter: HistoryFilter, viewer: Viewer, urls: Urls): HistoryView {
  const set = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== '')) as Query;
  const filtered = Object.keys(set).length > 0;
  return {
    filter,
    filtered,
    canBeGiven: granteesOf(viewer.actor.person).length > 0,
    scripts:
      source.options.length > MOST_OPTIONS
        ? undefined
        : source.options.map(({ name, title }) => ({ value: name, label: title, chosen: name === filter.script })),
    statuses: [
      { value: 'unfinished', label: message.history.unfinished, chosen: filter.status === 'unfinished' },
      ...FINAL_STATUSES.map((value) => ({ value, label: message.status[value], chosen: value === filter.status })),
    ],
    rows: source.runs.map((run) => rowOf(run, source, viewer, urls)),
    olderUrl: source.next === undefined ? '' : urls.history({ ...set, cursor: source.next }),
    newestUrl: source.cursor === '' ? '' : urls.history(set),
    none:
      source.runs.length > 0
        ? ''
        : filter.shared === 'me'
          ? message.history.noneShared
          : filtered
            ? message.history.none
            : message.history.empty,
  };
}

function rowOf(run: Run, { scripts }: HistorySource, viewer: Viewer, urls: Urls): HistoryRow {
  const known = scripts.get(run.script);
  const tookMs = run.startedAtMs === undefined ? undefined : (run.endedAtMs ?? viewer.nowMs) - run.startedAtMs;
  return {
    title: run.title,
    url: urls.run(run.id),
    status: statusView(run.status),
    at: timeView(run.createdAtMs, viewer),
    by: run.by,
    values: valuesText(shownValues(run), known?.script.schema),
    took: tookMs === undefined ? '' : spanText(tookMs, viewer),
    share:
      tookMs === undefined || !known?.usualMs
        ? undefined
        : Math.max(2, Math.min(100, Math.round((50 * tookMs) / known.usualMs))),
    pinned: run.pinned,
    deleted: run.deletedAtMs !== undefined,
  };
}
