/** `/api/v1/runs`: submit, list, read, cancel. */
import { Type, type Static } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { defined } from '../../domain/defined.ts';
import { cancelRun } from '../../app/run/run-change.ts';
import { readPlace } from '../../app/run/run-place.ts';
import { listRuns, readRun } from '../../app/run/run-read.ts';
import { findPreset } from '../../app/preset.ts';
import { submitRun } from '../../app/run/run-submit.ts';
import { waitForEnd } from '../../app/run/run-watch.ts';
import type { Actor } from '../../domain/access/access.ts';
import { AppError } from '../../domain/error.ts';
import { presetName } from '../../domain/preset.ts';
import { isFinal } from '../../domain/run/run.ts';
import type { Run, RunStatus } from '../../domain/run/run.ts';
import { isTimezone } from '../../domain/time/timezone.ts';
import { EventStream, sendRunEvents } from './api-event.ts';
import { runJson, waitingJson } from './api-json.ts';
import { RunListSchema, RunSchema, RunsQuery, STATUSES, SubmitSchema } from './api-schema.ts';
import { uploadProblems } from '../multipart.ts';
import { uploaderOf } from '../upload-owner.ts';
import { enterStreams } from '../report/sse.ts';
import { RunPath } from '../run.ts';
import type { App, Site } from '../site.ts';
import { presetUserOf } from '../access/visitor.ts';
import { viewerOf } from '../access/viewer.ts';

const MAX_WAIT_S = 300;
const RunOrEvents = {
  description: 'The run, or its events',
  content: { 'application/json': { schema: RunSchema }, ...EventStream },
};

const SubmitHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      description: 'A second submission with the same key returns the run of the first.',
    }),
  ),
  prefer: Type.Optional(
    Type.String({
      description: `\`wait=N\`: answer when the run has ended, after N seconds (${String(MAX_WAIT_S)} at most) at the latest.`,
    }),
  ),
});

export function addApiRun(app: App, site: Site): void {
  addSubmit(app, site);
  addList(app, site);
  addOne(app, site);
}

function addSubmit(app: App, site: Site): void {
  const { urls } = site;
  app.post(
    '/runs',
    {
      schema: {
        summary: 'Submit a run',
        tags: ['runs'],
        body: SubmitSchema,
        consumes: ['application/json', 'multipart/form-data'],
        headers: SubmitHeaders,
        description:
          'With `Accept: text/event-stream`, the answer is the run’s events, as those of `/runs/{id}/events`, from the first to the last; `Location` names the run.',
        response: { 200: RunOrEvents, 202: RunSchema },
      },
    },
    async (request, reply) => {
      const { actor } = viewerOf(site, request);
      const follows = request.headers.accept?.includes('text/event-stream') === true;
      // before the run exists, of which a refusal could not tell
      const leave = follows ? enterStreams(site, request) : undefined;
      const { run, created } = await submit(site, request, actor).catch((error: unknown) => {
        leave?.();
        throw error;
      });
      void reply.header('location', urls.api.run(run.id));
      if (!created) void reply.header('idempotency-replayed', 'true');
      if (leave !== undefined) return sendRunEvents(site, request, reply, { actor, run, after: 0, leave });
      const latest = await waitIfPreferred(site, request, reply, { actor, run });
      return reply.code(isFinal(latest.status) ? 200 : 202).send(runJson(latest, urls));
    },
  );
}

type SubmitRequest = FastifyRequest & {
  readonly body: Static<typeof SubmitSchema>;
  readonly headers: Static<typeof SubmitHeaders>;
};

async function submit(site: Site, request: SubmitRequest, actor: Actor) {
  const { parameters = {}, preset, timezone, parent, priority } = request.body;
  const script = request.body.script.normalize('NFC');
  const key = request.headers['idempotency-key'];
  if (timezone !== undefined && !isTimezone(timezone))
    throw badField('timezone', 'Give the IANA name of a time zone, such as Europe/Berlin.');
  const wrong = uploadProblems(request);
  if (wrong.length > 0) throw new AppError('invalid', 'A file is wrong.', { fields: wrong });
  return submitRun(site.ctx, actor, {
    script,
    values:
      preset === undefined ? parameters : { ...(await presetValuesOf(site, request, script, preset)), ...parameters },
    trigger: 'api',
    uploader: uploaderOf(site, request),
    ...defined({ timezone, parent, priority, idempotencyKey: key }),
  });
}

function addList(app: App, site: Site): void {
  const { ctx, urls } = site;
  app.get(
    '/runs',
    {
      schema: {
        summary: 'List runs, newest first',
        tags: ['runs'],
        querystring: RunsQuery,
        response: { 200: RunListSchema },
      },
    },
    async (request) => {
      const { status, since, until, limit = 50, ...rest } = request.query;
      const page = await listRuns(ctx, viewerOf(site, request).actor, {
        ...rest,
        limit,
        ...(status === undefined ? {} : { status: statusesOf(status) }),
        ...(since === undefined ? {} : { sinceMs: Date.parse(since) }),
        ...(until === undefined ? {} : { untilMs: Date.parse(until) }),
      });
      return { items: page.items.map((run) => runJson(run, urls)), next: page.next ?? null };
    },
  );
}

function addOne(app: App, site: Site): void {
  const { ctx, urls } = site;
  app.get(
    '/runs/:id',
    {
      schema: {
        summary: 'Read a run',
        tags: ['runs'],
        params: RunPath,
        response: { 200: RunSchema },
      },
    },
    async (request) => {
      const run = await readRun(ctx, viewerOf(site, request).actor, request.params.id);
      return waitingJson(run, run.status === 'queued' ? await readPlace(ctx, run.id) : undefined, urls);
    },
  );
  app.post(
    '/runs/:id/cancel',
    {
      schema: {
        summary: 'Cancel a run',
        tags: ['runs'],
        params: RunPath,
        response: { 202: RunSchema },
      },
    },
    async (request, reply) => {
      const { actor } = viewerOf(site, request);
      await cancelRun(ctx, actor, request.params.id);
      return reply.code(202).send(runJson(await readRun(ctx, actor, request.params.id), urls));
    },
  );
}

function badField(field: string, message: string): AppError {
  return new AppError('invalid', message, { fields: [{ field, message }] });
}

function statusesOf(text: string): RunStatus[] {
  const words = text.split(',').map((word) => word.trim());
  const unknown = words.find((word) => !(STATUSES as string[]).includes(word));
  if (unknown !== undefined)
    throw badField('status', `There is no status “${unknown}”. Use one of ${STATUSES.join(', ')}.`);
  return words as RunStatus[];
}

/** A program cannot read what was left out: values that no longer fit are an error. */
async function presetValuesOf(site: Site, request: FastifyRequest, script: string, name: string) {
  const { values, left } = await findPreset(site.ctx, presetUserOf(site, request), script, presetName(name));
  if (left.length > 0)
    throw new AppError('invalid', `Values of the preset “${name}” no longer fit. Save it again.`, { fields: left });
  return values;
}

/** `Prefer: wait=N` (RFC 7240): the run at its end, or after N seconds. */
async function waitIfPreferred(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  { actor, run }: { actor: Actor; run: Run },
): Promise<Run> {
  const header = request.headers['prefer'];
  const seconds = /(?:^|[,;\s])wait=(\d{1,6})\b/.exec(typeof header === 'string' ? header : '')?.[1];
  if (seconds === undefined) return run;
  const waitS = Math.min(Number(seconds), MAX_WAIT_S);
  void reply.header('preference-applied', `wait=${String(waitS)}`);
  const left = new AbortController();
  reply.raw.once('close', () => left.abort());
  const signal = AbortSignal.any([AbortSignal.timeout(waitS * 1_000), site.closing, left.signal]);
  await waitForEnd(site.ctx, actor, run.id, signal);
  return readRun(site.ctx, actor, run.id);
}
