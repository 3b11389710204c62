/** `/runs`: the history, with filters in the address. */
import { Type } from '@fastify/type-provider-typebox';
import { defined } from '../domain/defined.ts';
import { listRuns } from '../app/run-read.ts';
import { listScripts, type ScriptListing } from '../app/script-list.ts';
import { dayStartMs } from '../domain/time/day.ts';
import { FINAL_STATUSES, UNFINISHED, type RunStatus } from '../domain/run/run.ts';
import type { RunQuery } from '../domain/run/run-store.ts';
import { namesOf } from '../domain/script/script.ts';
import { historyView } from '../page/history.ts';
import type { HistoryFilter } from '../page/history.ts';
import { message } from '../page/message.ts';
import { sendPage } from './page.ts';
import type { App, Site } from './site.ts';
import { viewerOf } from './access/viewer.ts';

const Word = Type.Optional(Type.String({ maxLength: 1_000 }));
const Query = Type.Object({ script: Word, status: Word, by: Word, since: Word, until: Word, cursor: Word });

const PAGE_ROWS = 50;

export function addHistory(app: App, site: Site): void {
  const { ctx, urls } = site;
  app.get('/runs', { schema: { querystring: Query, hide: true } }, async (request, reply) => {
    const viewer = viewerOf(site, request);
    const { script = '', status = '', by = '', since = '', until = '', cursor = '' } = request.query;
    const filter = { script, status, by, since, until };
    const [listings, page] = await Promise.all([
      listScripts(ctx, viewer.actor),
      listRuns(ctx, viewer.actor, { ...queryOf(filter, viewer.timezone), ...(cursor === '' ? {} : { cursor }) }),
    ]);
    const scripts = new Map(
      listings
        .filter(({ script }) => script.state === 'ready')
        .flatMap((listing) => namesOf(listing.script).map((name) => [name, listing] as const)),
    );
    const view = historyView(
      { runs: page.items, next: page.next, cursor, scripts },
      { ...filter, script: nameOf(filter.script, listings) },
      viewer,
      urls,
    );
    return sendPage(site, request, reply, {
      template: 'history',
      tab: message.history.title,
      here: 'history',
      scope: { view },
    });
  });
}

/** The present name of a script. */
function nameOf(name: string, listings: readonly ScriptListing[]): string {
  const found = listings.find(({ script }) => namesOf(script).includes(name));
  return found?.script.name ?? name;
}

/** Unknown words are ignored: a filter never fails. */
function queryOf(filter: HistoryFilter, timezone: string): RunQuery {
  const { script, status, by } = filter;
  const sinceMs = dayStartMs(filter.since, timezone);
  const untilMs = dayStartMs(filter.until, timezone, 1);
  const statuses =
    status === 'unfinished' ? UNFINISHED : (FINAL_STATUSES.filter((each) => each === status) as RunStatus[]);
  return {
    limit: PAGE_ROWS,
    withDeleted: true,
    ...(script === '' ? {} : { script }),
    ...(by.trim() === '' ? {} : { by: by.trim() }),
    ...(statuses.length === 0 ? {} : { status: statuses }),
    ...defined({ sinceMs, untilMs }),
  };
}
