/** `/api/v1/runs/<id>/events`: the run's log as it grows; also as the answer to its submission. */
import { Type } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { defined } from '../../domain/defined.ts';
import { maySeeRun, readRun } from '../../app/run/run-read.ts';
import { watchEvents } from '../../app/run/run-watch.ts';
import type { Actor } from '../../domain/access/access.ts';
import type { StoredEvent } from '../../domain/run/run-event.ts';
import { isFinal, type Run } from '../../domain/run/run.ts';
import { RunPath } from '../run.ts';
import type { App, Site } from '../site.ts';
import { resumeAfter, sendEvents } from '../report/sse.ts';
import type { ServerEvent } from '../report/sse.ts';
import { viewerOf } from '../access/viewer.ts';

const Query = Type.Object({
  after: Type.Optional(Type.Integer({ minimum: 0, description: 'Only events after this sequence number.' })),
});

/** How an answer of events is described. */
export const EventStream = { 'text/event-stream': { schema: Type.Unsafe<string>({}) } };

export function addApiEvent(app: App, site: Site): void {
  app.get(
    '/runs/:id/events',
    {
      schema: {
        summary: 'Follow a run',
        tags: ['runs'],
        params: RunPath,
        querystring: Query,
        description:
          'Server-sent events: `id` is the sequence number, `event` the type, `data` the event as JSON. Resumes after `Last-Event-ID`, ends after `run-finished`; then 204. `server-stopping`, without an id, tells that the server is about to stop.',
        response: {
          200: { description: 'Events', content: EventStream },
          204: Type.Null({ description: 'There will be no more.' }),
        },
      },
    },
    async (request, reply) => {
      const { actor } = viewerOf(site, request);
      const run = await readRun(site.ctx, actor, request.params.id);
      const after = resumeAfter(request, request.query.after);
      if (isFinal(run.status) && (await site.ctx.runs.events(run.id, after, 1)).events.length === 0)
        return reply.code(204).send(null);
      return sendRunEvents(site, request, reply, { actor, run, after });
    },
  );
}

interface Following {
  readonly actor: Actor;
  readonly run: Run;
  /** Sequence number of the last event that the reader has. */
  readonly after: number;
  /** See `sendEvents`. */
  readonly leave?: () => void;
}

/** Sends the run's events until its end. Throws if too many streams are open. */
export async function sendRunEvents(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  { actor, run, after, leave }: Following,
): Promise<FastifyReply> {
  await site.noteLook(actor, { action: 'saw', run: run.id }).catch((error: unknown) => {
    leave?.();
    throw error;
  });
  await sendEvents(site, request, reply, {
    open: (signal) => events(site, actor, { id: run.id, after }, signal),
    mayRead: (reader) => maySeeRun(site.ctx, reader, run),
    ...defined({ leave }),
  });
  return reply;
}

async function* events(
  { ctx }: Site,
  actor: Actor,
  from: { id: string; after: number },
  signal: AbortSignal,
): AsyncIterable<ServerEvent> {
  for await (const batch of watchEvents(ctx, actor, from.id, { afterSeq: from.after, signal })) {
    for (const stored of batch) yield sentEvent(stored);
  }
}

const sent = new WeakMap<StoredEvent, ServerEvent>();

/** Written once for all readers of the run. */
function sentEvent(stored: StoredEvent): ServerEvent {
  const known = sent.get(stored);
  if (known !== undefined) return known;
  const { seq, atMs, event } = stored;
  const data = JSON.stringify({ seq, at: new Date(atMs).toISOString(), ...event });
  const written = { id: seq, event: event.type, data };
  sent.set(stored, written);
  return written;
}
