/** `/runs/<id>`: a run's page, and its actions. */
import { defined } from '../domain/defined.ts';
import { Type } from '@fastify/type-provider-typebox';
import type { QuotaState } from '../domain/quota/quota-use.ts';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { cancelRun, deleteRun, keepRun } from '../app/run/run-change.ts';
import { environmentState } from '../app/script/script-environment.ts';
import { readPlace } from '../app/run/run-place.ts';
import { readRun } from '../app/run/run-read.ts';
import { quotaState } from '../app/run/run-quota.ts';
import { offReason, runRefusal } from '../app/run/run-refusal.ts';
import { readScript } from '../app/script/script-read.ts';
import { readUrgentFindings } from '../app/script/script-review.ts';
import type { Actor } from '../domain/access/access.ts';
import { AppError } from '../domain/error.ts';
import { retainMs } from '../domain/retention/retention.ts';
import type { Finding } from '../domain/finding.ts';
import { isFinal, type Run } from '../domain/run/run.ts';
import { deletedView } from '../page/deleted.ts';
import { message } from '../page/message/message.ts';
import type { RunFacts } from '../page/run.ts';
import { runPageView } from '../page/run-page.ts';
import type { RunPageView } from '../page/run-page.ts';
import type { Viewer } from '../page/viewer.ts';
import { keptFiles } from '../page/form-values.ts';
import type { PresetView } from '../page/preset.ts';
import { sendPage } from './page.ts';
import { shownPresets } from './preset.ts';
import type { App, Site } from './site.ts';
import { viewerOf } from './access/viewer.ts';

export const RunPath = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) });
const Keep = Type.Object({ pinned: Type.Union([Type.Literal('true'), Type.Literal('false')]) });
const Cancel = Type.Optional(Type.Object({ _back: Type.Optional(Type.String()) }));

export function addRun(app: App, site: Site): void {
  const { ctx, urls } = site;
  app.get('/runs/:id', { schema: { params: RunPath, hide: true } }, async (request, reply) =>
    sendRun(site, request, reply, request.params.id),
  );
  app.post('/runs/:id/cancel', { schema: { params: RunPath, body: Cancel, hide: true } }, async (request, reply) => {
    await cancelRun(ctx, viewerOf(site, request).actor, request.params.id).catch(unlessEnded);
    return reply.redirect(request.body?._back === 'admin' ? urls.admin() : urls.run(request.params.id), 303);
  });
  app.post('/runs/:id/keep', { schema: { params: RunPath, body: Keep, hide: true } }, async (request, reply) => {
    await keepRun(ctx, viewerOf(site, request).actor, request.params.id, request.body.pinned === 'true');
    return reply.redirect(urls.run(request.params.id), 303);
  });
  app.post('/runs/:id/delete', { schema: { params: RunPath, hide: true } }, async (request, reply) => {
    await deleteRun(ctx, viewerOf(site, request).actor, request.params.id);
    return reply.redirect(urls.run(request.params.id), 303);
  });
}

/** A cancellation that comes too late is not an error to a viewer: the page shows how the run ended. */
export function unlessEnded(error: unknown): void {
  if (!(error instanceof AppError) || error.code !== 'conflict') throw error;
}

async function sendRun(site: Site, request: FastifyRequest, reply: FastifyReply, id: string): Promise<FastifyReply> {
  const viewer = viewerOf(site, request);
  const run = await readRun(site.ctx, viewer.actor, id);
  const facts = await withPresets(site, request, await runFacts(site, viewer.actor, run));
  if (run.deletedAtMs !== undefined) {
    const view = deletedView(run, facts.script, viewer, site.urls);
    return sendPage(site, request, reply.code(410), {
      template: 'deleted',
      tab: message.run.deletedTitle,
      scope: { view },
    });
  }
  const view = viewRunPage(site, facts, viewer);
  return sendPage(site, request, reply, {
    template: 'script',
    tab: view.run?.bar.tab ?? run.title,
    shared: { title: view.head.title, description: view.head.description },
    scope: { view },
  });
}

/** What a run's page is made from. */
export interface RunPageFacts extends RunFacts {
  /** Why it cannot be run again now; empty if it can. */
  readonly off: string;
  /** What needs the attention of the script's author; for operators. */
  readonly findings: readonly Finding[];
  /** Of its script, once the run has ended. */
  readonly quota?: QuotaState;
  /** Of its script; absent: none are shown. */
  readonly presets?: PresetView;
}

/** The same with what the form shows of presets, so that the run's values can be saved under a name. */
export async function withPresets(site: Site, request: FastifyRequest, facts: RunPageFacts): Promise<RunPageFacts> {
  const { script, run } = facts;
  if (script === undefined || facts.off !== '') return facts;
  const presets = await shownPresets(site, request, script, { values: run.given, state: {} });
  return { ...facts, ...defined({ presets }) };
}

export function viewRunPage(
  { ctx, urls, exports, brand }: Site,
  found: RunPageFacts,
  viewer: Viewer,
  { isAlone = false, isInFrame = false } = {},
): RunPageView {
  const facts = { ...found, exports: exports.current(), ...defined({ contact: brand.contact }) };
  const { run, script, usualMs, findings } = facts;
  return runPageView(
    {
      script,
      findings,
      usualMs,
      facts,
      isRun: true,
      isAlone,
      isInFrame,
      values: script === undefined ? run.given : keptFiles(script.schema, run, viewer.actor),
      problems: [],
      ...defined({ presets: found.presets, quota: found.quota }),
      snapshot: ctx.kernels.snapshot?.(run.script),
      environment: script && environmentState(ctx, script),
      off: runRefusal(ctx)?.message ?? facts.off,
      refused: '',
    },
    viewer,
    urls,
  );
}

/** What is known about a run; its script may no longer be published. */
export async function runFacts({ ctx }: Site, actor: Actor, run: Run): Promise<RunPageFacts> {
  const [listing, place, heardAtMs] = await Promise.all([
    readScript(ctx, actor, run.script).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'not-found') return undefined;
      throw error;
    }),
    run.status === 'queued' ? readPlace(ctx, run.id) : undefined,
    run.status === 'running' ? ctx.runs.lastEventAtMs(run.id) : undefined,
  ]);
  const off = listing === undefined ? '' : await offReason(ctx, actor, listing);
  // not while it is being made: it is one of those that count
  const clock = { nowMs: ctx.now(), timezone: ctx.timezone };
  const quota = isFinal(run.status) ? await quotaState(ctx, actor, run.script, clock) : undefined;
  return {
    run,
    off,
    script: listing?.script,
    findings: await readUrgentFindings(ctx, actor, listing?.script),
    usualMs: listing?.usualMs,
    position: place?.before,
    ...defined({ place, quota }),
    ...(heardAtMs === undefined ? {} : { quietMs: Math.max(0, ctx.now() - heardAtMs) }),
    isPreparing: ctx.kernels.whenReady?.() !== undefined,
    retainMs: retainMs(ctx.retention, run.script, listing?.script),
  };
}
