/**
 * `/runs/<id>/live`: changes of a run's page while it runs; internal to the page, which passes patches to the report
 * frame.
 */
import { Type } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readPlace, type RunPlace } from '../../app/run/run-place.ts';
import { maySeeRun, readRun } from '../../app/run/run-read.ts';
import type { WatchOptions } from '../../app/run/run-watch.ts';
import type { Actor } from '../../domain/access/access.ts';
import { isFinal } from '../../domain/run/run.ts';
import type { Run } from '../../domain/run/run.ts';
import { textsOf } from '../page.ts';
import type { RunPageView } from '../../page/run-page.ts';
import type { Viewer } from '../../page/viewer.ts';
import { runFacts, viewRunPage, withPresets, RunPath } from '../run.ts';
import type { RunPageFacts } from '../run.ts';
import type { App, Site } from '../site.ts';
import { resumeAfter, sendEvents } from './sse.ts';
import type { ServerEvent } from './sse.ts';
import { viewerOf } from '../access/viewer.ts';

const Query = Type.Object({ after: Type.Optional(Type.Integer({ minimum: 0 })) });

/** Parts of the page that change during a run: the template's name is the element's id. */
const FRAGMENTS = ['run-bar', 'run-actions', 'run-inputs', 'run-retention'] as const;

/** How a page shows a run, and what it needs for that. */
interface LivePage {
  readonly id: string;
  /** The number of the last event that the page has. */
  readonly after: number | undefined;
  readonly factsOf: (actor: Actor, run: Run) => Promise<RunPageFacts>;
  readonly viewOf: (facts: RunPageFacts, viewer: Viewer) => RunPageView;
}

export function addLive(app: App, site: Site): void {
  app.get('/runs/:id/live', { schema: { params: RunPath, querystring: Query, hide: true } }, async (request, reply) =>
    streamPage(site, request, reply, {
      id: request.params.id,
      after: request.query.after,
      factsOf: async (actor, run) => withPresets(site, request, await runFacts(site, actor, run)),
      viewOf: (facts, viewer) => viewRunPage(site, facts, viewer),
    }),
  );
}

/** What changes in the report, and in the page around it. */
export async function streamPage(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  page: LivePage,
): Promise<FastifyReply> {
  const viewer = viewerOf(site, request);
  const run = await readRun(site.ctx, viewer.actor, page.id);
  const after = resumeAfter(request, page.after);
  if (isFinal(run.status) && request.headers['last-event-id'] !== undefined && (await isRead(site, run.id, after)))
    return reply.code(204).send();
  const facts = await page.factsOf(viewer.actor, run);
  await sendEvents(site, request, reply, {
    open: (signal) => liveEvents(site, { facts, viewer, after, signal, viewOf: page.viewOf }),
    mayRead: (reader) => maySeeRun(site.ctx, reader, run),
  });
  return reply;
}

/** Only what changes in the report, for a page that shows nothing else of the run. */
export async function streamPatches(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  { id, after: asked }: { readonly id: string; readonly after: number | undefined },
): Promise<FastifyReply> {
  const { actor } = viewerOf(site, request);
  const run = await readRun(site.ctx, actor, id);
  const after = resumeAfter(request, asked);
  if (isFinal(run.status) && request.headers['last-event-id'] !== undefined && (await isRead(site, id, after)))
    return reply.code(204).send();
  await sendEvents(site, request, reply, {
    open: (signal) => patchEvents(site, actor, id, { afterSeq: after, signal }),
    mayRead: (reader) => maySeeRun(site.ctx, reader, run),
  });
  return reply;
}

async function* patchEvents(site: Site, actor: Actor, id: string, options: WatchOptions): AsyncIterable<ServerEvent> {
  for await (const { seq, patches, isBehind, run } of site.reports.watch(actor, id, options))
    yield { id: seq, data: JSON.stringify({ patches, isBehind, quietMs: 0, ended: isFinal(run.status) }) };
}

/** True when the reader has seen the run's last event. */
async function isRead({ ctx }: Site, id: string, after: number): Promise<boolean> {
  return (await ctx.runs.events(id, after, 1)).events.length === 0;
}

interface LiveSource extends Pick<LivePage, 'viewOf'> {
  readonly facts: RunPageFacts;
  readonly viewer: Viewer;
  readonly after: number;
  readonly signal: AbortSignal;
}

async function* liveEvents(
  site: Site,
  { facts, viewer, after, signal, viewOf }: LiveSource,
): AsyncIterable<ServerEvent> {
  let shown = '';
  // the first message says how the run stands, each later one that something new has come
  let quietMs = facts.quietMs ?? 0;
  const options = { afterSeq: after, signal };
  const sent = new Map<string, string>();
  for await (const { seq, patches, isBehind, run } of site.reports.watch(viewer.actor, facts.run.id, options)) {
    const place = run.status === 'queued' ? await readPlace(site.ctx, run.id) : undefined;
    const key = stateKey(run, place);
    if (key === shown && patches.length === 0 && place !== undefined) continue;
    const page =
      key === shown
        ? {}
        : fragments(
            site,
            viewOf(
              {
                ...facts,
                run,
                position: place?.before,
                ...(place && { place }),
                quietMs,
                isPreparing: site.ctx.kernels.whenReady?.() !== undefined,
              },
              { ...viewer, nowMs: site.ctx.now() },
            ),
            sent,
          );
    shown = key;
    yield { id: seq, data: JSON.stringify({ patches, isBehind, quietMs, ...page, ended: isFinal(run.status) }) };
    quietMs = 0;
  }
}

/** What the page shows of a run outside its report. */
function stateKey(run: Run, place: RunPlace | undefined): string {
  const { status, cells, progress, artifacts, results, environment, pinned } = run;
  return JSON.stringify([status, cells, progress, artifacts.length, results.length, environment, pinned, place]);
}

function fragments(
  site: Site,
  view: RunPageView,
  sent: Map<string, string>,
): { tab: string; fragments: Record<string, string> } {
  const scope = { t: textsOf(site), ...view, isLatest: false, off: view.inputs.off };
  const changed: Record<string, string> = {};
  for (const name of FRAGMENTS) {
    const html = site.templates.render(name, scope);
    if (sent.get(name) !== html) changed[name] = html;
    sent.set(name, html);
  }
  return { tab: `${view.run?.bar.tab ?? view.head.title} · ${site.brand.name}`, fragments: changed };
}
