/** A page of the catalogue: the scripts that match, each with its newest report and its usual duration. */
import { type Actor, authorize } from '../domain/access/access.ts';
import type { Script, ScriptReading } from '../domain/script/script.ts';
import { matchesFilter, type ScriptFilter } from '../domain/script/script-search.ts';
import type { AppContext } from './context.ts';
import { mayRead } from './script/script-find.ts';
import { listing, missingKernels, type ScriptListing, withRuns } from './script/script-list.ts';
import { searchedOf } from './script/script-search.ts';

export interface CatalogueQuery extends ScriptFilter {
  /** From 1; one that is too large is the last one. */
  readonly page: number;
}

/** What the actor may read, the scripts that can be run apart from the others; sorted by folder and title. */
export interface CataloguePage {
  readonly query: CatalogueQuery;
  /** Those on this page; `total`: on all pages. */
  readonly ready: readonly ScriptListing[];
  readonly total: number;
  /** The first that cannot be run; `totalBroken`: all of them. */
  readonly broken: readonly ScriptListing[];
  readonly totalBroken: number;
  /** How many scripts that can be run are in each folder itself, whatever the query. */
  readonly folders: ReadonlyMap<string, number>;
  /** All scripts, whatever the query. */
  readonly all: number;
  /** The folder is being read for the first time: scripts are still to come. */
  readonly reading?: Pick<ScriptReading, 'read' | 'total'>;
}

/** Scripts on a page of the catalogue, and broken ones on each. */
export const CATALOGUE_ROWS = 100;

export async function readCatalogue(ctx: AppContext, actor: Actor, query: CatalogueQuery): Promise<CataloguePage> {
  authorize(actor, { type: 'list-scripts' });
  const reading = ctx.scripts.reading?.();
  const all = searchedOf(reading?.scripts ?? (await ctx.scripts.list())).filter(({ script }) => mayRead(actor, script));
  const missing = await missingKernels(ctx, all);
  const matches = matchesFilter(query);
  const folders = new Map<string, number>();
  const ready: Script[] = [];
  const broken: ScriptListing[] = [];
  for (const one of all) {
    const { script } = one;
    const problem = missing(script);
    const canRun = script.state === 'ready' && problem === undefined;
    if (canRun) folders.set(script.folder, (folders.get(script.folder) ?? 0) + 1);
    if (!matches(one)) continue;
    if (canRun) ready.push(script);
    else broken.push(listing(script, { missing: problem }));
  }
  const page = Math.max(1, Math.min(query.page, Math.ceil(ready.length / CATALOGUE_ROWS)));
  const shown = ready.slice((page - 1) * CATALOGUE_ROWS, page * CATALOGUE_ROWS);
  return {
    query: { ...query, page },
    ready: await withRuns(ctx, actor, shown),
    total: ready.length,
    broken: broken.slice(0, CATALOGUE_ROWS),
    totalBroken: broken.length,
    folders,
    all: all.length,
    ...(reading === undefined ? {} : { reading: { read: reading.read, total: reading.total } }),
  };
}
