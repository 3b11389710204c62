/** The catalogue: folders, matching scripts, recent runs, and scripts that cannot be run with the remedy. */
import { CATALOGUE_ROWS, type CataloguePage } from '../app/catalogue.ts';
import type { ScriptListing } from '../app/script/script-list.ts';
import type { ParametersSchema } from '../domain/parameter/parameter.ts';
import { isAuthor } from '../domain/access/access.ts';
import type { Run } from '../domain/run/run.ts';
import { wordsOf } from '../domain/script/script-search.ts';
import { rolledText } from './revision.ts';
import type { Urls } from './urls.ts';
import { message } from './message/message.ts';
import { statusView } from './outcome.ts';
import type { StatusView } from './outcome.ts';
import { shownValues, valuesText } from './value.ts';
import { numberText, spanText, timeView } from './viewer.ts';
import type { TimeView, Viewer } from './viewer.ts';

interface Place {
  readonly viewer: Viewer;
  readonly urls: Urls;
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
  readonly folders: readonly Folder[];
  /** How many more there are; empty if all are shown. */
  readonly moreFolders: string;
  readonly rows: readonly CatalogueRow[];
  /** Which of the rows are shown; undefined: all. */
  readonly pager: { readonly text: string; readonly previousUrl: string; readonly nextUrl: string } | undefined;
  readonly broken: readonly BrokenRow[];
  readonly moreBroken: string;
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
  /** How much of the folder has been read; empty: all. */
  readonly reading: string;
  /** There are more scripts than the page knows: only the server can search them. */
  readonly isPartial: boolean;
  /** The label of the search while the reader types. */
  readonly words: { readonly one: string; readonly many: string; readonly none: string };
}

const RECENT_ROWS = 4;
/** Beyond so many folders, those below others are shown only near the current one. */
const OPEN_FOLDERS = 40;
const MOST_FOLDERS = 400;

/** `schemas`: of the recent runs' scripts, by name. */
export function catalogueView(
  found: CataloguePage,
  recent: { readonly runs: readonly Run[]; readonly schemas: ReadonlyMap<string, ParametersSchema> },
  page: Place,
): CatalogueView {
  const { query, folder } = found.query;
  const words = message.catalogue;
  return {
    query,
    folder,
    rows: found.ready.map((listing) => rowOf(listing, page)),
    pager: pagerOf(found, page),
    broken: found.broken.map((listing) => brokenOf(listing, page.urls)),
    moreBroken: moreText(found.totalBroken - found.broken.length, words.moreBroken, page.viewer),
    ...foldersOf(found.folders, folder, page),
    recent: query === '' && folder === '' && found.query.page === 1 ? recentOf(recent, page) : [],
    found: words.found(found.total),
    none:
      found.total + found.totalBroken > 0 || found.reading !== undefined
        ? ''
        : query === ''
          ? words.noneInFolder
          : words.none(query),
    isEmpty: found.all === 0 && found.reading === undefined,
    reading: readingWords(found, page.viewer),
    isPartial: found.all > CATALOGUE_ROWS || found.reading !== undefined,
    words: { one: words.found(1), many: words.found('{count}'), none: words.none('{query}') },
  };
}

function readingWords({ reading }: CataloguePage, viewer: Viewer): string {
  if (reading === undefined) return '';
  const { read, total } = reading;
  const words = message.catalogue.reading;
  return total === undefined ? words.counting : words.some(numberText(read, viewer), numberText(total, viewer));
}

function pagerOf({ query, ready, total }: CataloguePage, { viewer, urls }: Place): CatalogueView['pager'] {
  if (total <= CATALOGUE_ROWS) return undefined;
  const first = (query.page - 1) * CATALOGUE_ROWS + 1;
  const last = first + ready.length - 1;
  const urlOf = (page: number) =>
    urls.home({
      q: query.query || undefined,
      folder: query.folder || undefined,
      page: page === 1 ? undefined : String(page),
    });
  return {
    text: message.catalogue.range(numberText(first, viewer), numberText(last, viewer), numberText(total, viewer)),
    previousUrl: query.page === 1 ? '' : urlOf(query.page - 1),
    nextUrl: last === total ? '' : urlOf(query.page + 1),
  };
}

function moreText(count: number, text: (count: string) => string, viewer: Viewer): string {
  return count <= 0 ? '' : text(numberText(count, viewer));
}

function rowOf({ script, latest, usualMs }: ScriptListing, { viewer, urls }: Place): CatalogueRow {
  const { title, description, folder, name } = script;
  return {
    title,
    description,
    folder,
    folderLabel: folderLabel(folder),
    url: urls.script(name),
    isDraft: script.isDraft === true,
    rolled: isAuthor(viewer.actor, name) ? rolledText(script, viewer) : '',
    words: wordsOf(script),
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

function brokenOf({ script, missing }: ScriptListing, urls: Urls): BrokenRow {
  const problem = missing ?? script.problem;
  const what = script.state === 'shadowed' ? message.catalogue.shadowed : (problem?.what ?? '');
  return {
    what,
    file: script.file,
    url: urls.script(script.name),
    where: problem?.where ?? '',
    remedy: problem?.remedy ?? '',
    isDraft: script.isDraft === true,
    words: wordsOf(script),
  };
}

/** `sales/eu` -> `Sales / Eu`: folder names come from whoever maintains the files. */
export function folderLabel(folder: string): string {
  return folder
    .split('/')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join(' / ');
}

interface Folder {
  readonly name: string;
  readonly label: string;
  readonly count: number;
  readonly url: string;
  readonly current: boolean;
  readonly depth: number;
}

/** With the scripts of the folders below counted in. */
function foldersOf(
  own: ReadonlyMap<string, number>,
  current: string,
  { viewer, urls }: Place,
): Pick<CatalogueView, 'folders' | 'moreFolders'> {
  const counts = new Map<string, number>();
  for (const [folder, count] of own)
    for (const name of parentsOf(folder)) counts.set(name, (counts.get(name) ?? 0) + count);
  const { compare } = new Intl.Collator();
  const names = [...counts.keys()].filter((name) => name !== '').sort(compare);
  const near = new Set(['', ...parentsOf(current)]);
  const open =
    names.length <= OPEN_FOLDERS ? names : names.filter((name) => near.has(name.split('/').slice(0, -1).join('/')));
  const shown = open.filter((name, at) => at < MOST_FOLDERS || near.has(name));
  const entries = shown.map((name): Folder => {
    const parts = name.split('/');
    return {
      name,
      label: folderLabel(parts.at(-1) ?? name),
      depth: parts.length - 1,
      current: name === current,
      count: counts.get(name) ?? 0,
      url: urls.home({ folder: name }),
    };
  });
  const all: Folder = {
    name: '',
    label: message.catalogue.all,
    depth: 0,
    current: current === '',
    count: counts.get('') ?? 0,
    url: urls.home(),
  };
  return {
    folders: [all, ...entries],
    moreFolders: moreText(open.length - shown.length, message.catalogue.moreFolders, viewer),
  };
}

/** The folder, all above it, and the whole. */
function parentsOf(folder: string): readonly string[] {
  if (folder === '') return [''];
  return ['', ...folder.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'))];
}

/** The newest runs that differ in script or values: repeat them with one click. */
function recentOf(
  { runs, schemas }: { readonly runs: readonly Run[]; readonly schemas: ReadonlyMap<string, ParametersSchema> },
  { viewer, urls }: Place,
): CatalogueView['recent'] {
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
