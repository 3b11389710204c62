/** `/runs`: the history, with filters in the address. */
import { Type } from '@fastify/type-provider-typebox';
import { defined } from '../domain/defined.ts';
import { listRuns } from '../app/run/run-read.ts';
import { mayRead } from '../app/script/script-find.ts';
import { usualOf } from '../app/script/script-list.ts';
import { dayStartMs } from '../domain/time/day.ts';
import { FINAL_STATUSES, UNFINISHED, type Run, type RunStatus } from '../domain/run/run.ts';
import type { RunQuery } from '../domain/run/run-store.ts';
import { namesOf, type Script } from '../domain/script/script.ts';
import { historyView } from '../page/history.ts';
import type { HistoryFilter, HistoryScripts } from '../page/history.ts';
import { message } from '../page/message/message.ts';
import { sendPage } from './page.ts';
import type { App, Site } from './site.ts';
import { viewerOf } from './access/viewer.ts';

const Word = Type.Optional(Type.String({ maxLength: 1_000 }));
const Query = Type.Object({
  script: Word,
  status: Word,
  by: Word,
  since: Word,
  until: Word,
  shared: Word,
  cursor: Word,
});

const PAGE_ROWS = 50;

export function addHistory(app: App, site: Site): void {
  const { ctx, urls } = site;
  app.get('/runs', { schema: { querystring: Query, hide: true } }, async (request, reply) => {
    const viewer = viewerOf(site, request);
    const { script = '', status = '', by = '', since = '', until = '', cursor = '' } = request.query;
    const shared = request.query.shared === 'me' ? 'me' : '';
    const filter = { script, status, by, since, until, shared } as const;
    const [all, page] = await Promise.all([
      ctx.scripts.list(),
      listRuns(ctx, viewer.actor, {
        ...queryOf(filter, viewer.timezone),
        shared: shared === 'me',
        ...(cursor === '' ? {} : { cursor }),
      }),
    ]);
    const options = all.filter((one) => one.state === 'ready' && mayRead(viewer.actor, one));
    const scripts = await usualTimes(ctx, page.items, new Set(options));
    const view = historyView(
      { runs: page.items, next: page.next, cursor, scripts, options },
      { ...filter, script: (await ctx.scripts.find(script))?.name ?? script },
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

/** The scripts of the runs, by the names that those have, with their usual durations. */
async function usualTimes(
  ctx: Site['ctx'],
  runs: readonly Run[],
  readable: ReadonlySet<Script>,
): Promise<HistoryScripts> {
  const names = [...new Set(runs.map(({ script }) => script))];
  const found = await Promise.all(names.map(async (name) => [name, await ctx.scripts.find(name)] as const));
  const known = found.flatMap(([name, script]) =>
    script !== undefined && readable.has(script) ? [[name, script] as const] : [],
  );
  const usualMs = await ctx.runs.usualMs(known.flatMap(([, script]) => namesOf(script)));
  return new Map(known.map(([name, script]) => [name, { script, ...defined({ usualMs: usualOf(script, usualMs) }) }]));
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
