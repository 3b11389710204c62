/** The catalogue: folders, matching scripts, recent runs, and scripts that cannot be run with the remedy. */
import type { Run } from '../domain/run/run.ts';
import type { Script } from '../domain/script/script.ts';
import type { ScriptProblem } from '../domain/problem.ts';
import { rolledText } from './revision.ts';
import type { Urls } from './urls.ts';
import { message } from './message.ts';
import { statusView } from './outcome.ts';
import type { StatusView } from './outcome.ts';
import { shownValues, valuesText } from './value.ts';
import { spanText, timeView } from './viewer.ts';
import type { TimeView, Viewer } from './viewer.ts';

export interface Listing {
  readonly script: Script;
  readonly latest?: Run;
  readonly usualMs?: number;
  /** The kernel that it needs is not installed. */
  readonly missing?: ScriptProblem;
}

export interface CatalogueRow {
  readonly title: string;
  readonly description: string;
  readonly url: string;
  readonly folder: string;
  readonly folderLabel: string;
  /** Lower-case words for the search. */
  readonly words: string;
  readonly last: { readonly status: StatusView; readonly at: TimeView; readonly url: string } | undefined;
  readonly usual: string;
  readonly isDraft: boolean;
  /** For operators: since when and by whom; else empty. */
  readonly rolled: string;
}

export interface BrokenRow {
  readonly file: string;
  readonly url: string;
  readonly what: string;
  readonly where: string;
  readonly remedy: string;
  readonly isDraft: boolean;
  readonly words: string;
}

export interface CatalogueView {
  readonly query: string;
  readonly folder: string;
  readonly folders: readonly {
    readonly name: string;
    readonly label: string;
    readonly count: number;
    readonly url: string;
    readonly current: boolean;
    readonly depth: number;
  }[];
  readonly rows: readonly CatalogueRow[];
  readonly broken: readonly BrokenRow[];
  readonly recent: readonly {
    readonly title: string;
    readonly text: string;
    readonly url: string;
    readonly at: TimeView;
    readonly status: StatusView;
  }[];
  readonly found: string;
  readonly none: string;
  readonly isEmpty: boolean;
  /** The label of the search while the reader types. */
  readonly words: { readonly one: string; readonly many: string; readonly none: string };
}

export interface CatalogueQuery {
  readonly query: string;
  readonly folder: string;
}

const RECENT_ROWS = 4;

export function catalogueView(
  listings: readonly Listing[],
  recent: readonly Run[],
  asked: CatalogueQuery,
  page: { readonly viewer: Viewer; readonly urls: Urls },
): CatalogueView {
  const { query, folder } = asked;
  const canRun = ({ script, missing }: Listing) => script.state === 'ready' && missing === undefined;
  const ready = listings.filter(canRun);
  const shown = ready
    .filter(({ script }) => inFolder(script.folder, folder))
    .map((listing) => rowOf(listing, page))
    .filter(({ words }) => matches(words, query));
  const broken = listings
    .filter((listing) => !canRun(listing) && inFolder(listing.script.folder, folder))
    .map((listing) => brokenOf(listing, page.urls))
    .filter(({ words }) => matches(words, query));
  return {
    query,
    folder,
    broken,
    rows: shown.sort((a, b) => a.folder.localeCompare(b.folder) || a.title.localeCompare(b.title)),
    folders: foldersOf(
      ready.map(({ script }) => script.folder),
      folder,
      page.urls,
    ),
    recent: query === '' && folder === '' ? recentOf(recent, listings, page) : [],
    found: message.catalogue.found(shown.length),
    none:
      shown.length + broken.length > 0
        ? ''
        : query === ''
          ? message.catalogue.noneInFolder
          : message.catalogue.none(query),
    isEmpty: listings.length === 0,
    words: {
      one: message.catalogue.found(1),
      many: message.catalogue.found('{count}'),
      none: message.catalogue.none('{query}'),
    },
  };
}

/** The row contains every word of the query, in any order. */
function matches(words: string, query: string): boolean {
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => words.includes(word));
}

function inFolder(folder: string, wanted: string): boolean {
  return wanted === '' || folder === wanted || folder.startsWith(`${wanted}/`);
}

function rowOf({ script, latest, usualMs }: Listing, { viewer, urls }: { viewer: Viewer; urls: Urls }): CatalogueRow {
  const { title, description, folder, name, tags } = script;
  return {
    title,
    description,
    folder,
    folderLabel: folderLabel(folder),
    url: urls.script(name),
    isDraft: script.isDraft === true,
    rolled: viewer.actor.role === 'operator' ? rolledText(script, viewer) : '',
    words: [
      title,
      description,
      name,
      folder,
      script.owner ?? '',
      ...tags,
      ...(script.isDraft ? [message.script.draft] : []),
    ]
      .join(' ')
      .toLowerCase(),
    last:
      latest === undefined
        ? undefined
        : {
            status: statusView(latest.status),
            at: timeView(latest.endedAtMs ?? latest.createdAtMs, viewer),
            url: urls.run(latest.id),
          },
    usual: usualMs === undefined ? '' : `~${spanText(usualMs, viewer)}`,
  };
}

function brokenOf({ script, missing }: Listing, urls: Urls): BrokenRow {
  const problem = missing ?? script.problem;
  const what = script.state === 'shadowed' ? message.catalogue.shadowed : (problem?.what ?? '');
  return {
    what,
    file: script.file,
    url: urls.script(script.name),
    where: problem?.where ?? '',
    remedy: problem?.remedy ?? '',
    isDraft: script.isDraft === true,
    words: [script.file, script.title, script.folder].join(' ').toLowerCase(),
  };
}

/** `sales/eu` -> `Sales / Eu`: folder names come from whoever maintains the files. */
export function folderLabel(folder: string): string {
  return folder
    .split('/')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join(' / ');
}

function foldersOf(all: readonly string[], current: string, urls: Urls): CatalogueView['folders'] {
  const parents = (folder: string) => folder.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'));
  const names = [...new Set(all.filter((folder) => folder !== '').flatMap(parents))].sort((a, b) => a.localeCompare(b));
  const entries = names.map((name) => ({
    name,
    label: folderLabel(name.split('/').at(-1) ?? name),
    depth: name.split('/').length - 1,
    current: name === current,
    count: all.filter((folder) => inFolder(folder, name)).length,
    url: urls.home({ folder: name }),
  }));
  return [
    {
      name: '',
      label: message.catalogue.all,
      depth: 0,
      current: current === '',
      count: all.length,
      url: urls.home(),
    },
    ...entries,
  ];
}

/** The newest runs that differ in script or values: repeat them with one click. */
function recentOf(
  runs: readonly Run[],
  listings: readonly Listing[],
  { viewer, urls }: { viewer: Viewer; urls: Urls },
): CatalogueView['recent'] {
  const schemas = new Map(listings.map(({ script }) => [script.name, script.schema]));
  const seen = new Set<string>();
  return runs
    .filter((run) => {
      const key = JSON.stringify([run.script, run.given]);
      return !seen.has(key) && seen.add(key);
    })
    .slice(0, RECENT_ROWS)
    .map((run) => ({
      title: run.title,
      text: valuesText(shownValues(run), schemas.get(run.script)),
      url: urls.run(run.id),
      at: timeView(run.endedAtMs ?? run.createdAtMs, viewer),
      status: statusView(run.status),
    }));
}
