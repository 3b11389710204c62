/** Server-sent events over one answer. Source: https://html.spec.whatwg.org/multipage/server-sent-events.html */
import { once } from 'node:events';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SERVER_STOPPING } from '../domain/run/run-message.ts';
import { SECURITY_HEADERS } from './header.ts';
import type { Site } from './site.ts';

export interface ServerEvent {
  readonly id: number;
  readonly event?: string;
  /** JSON text: one line. */
  readonly data: string;
}

const HEARTBEAT_MS = 15_000;
const RETRY_MS = 1_000;
/** Has no id: it is no part of the run's log. */
const STOPPING = `event: server-stopping\ndata: ${JSON.stringify({ message: SERVER_STOPPING })}\n\n`;

/**
 * Writes the events as they come and ends the answer after the last. `open` is given a signal that aborts when the
 * reader leaves or the server closes; its errors end the stream, so that the reader comes again and is told properly.
 */
export async function sendEvents(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  open: (signal: AbortSignal) => AsyncIterable<ServerEvent>,
): Promise<void> {
  const left = new AbortController();
  const signal = AbortSignal.any([left.signal, site.closing]);
  const { raw } = reply;
  raw.on('close', () => left.abort());
  reply.hijack();
  raw.writeHead(200, {
    ...SECURITY_HEADERS,
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  // after the head alone clients would wait: the first bytes go out at once
  raw.write(`retry: ${String(RETRY_MS)}\n\n`);
  const tellStop = () => raw.write(STOPPING);
  if (site.ctx.stopping?.aborted === true) tellStop();
  site.ctx.stopping?.addEventListener('abort', tellStop, { once: true });
  const ended = Promise.withResolvers<void>();
  site.streams.add(ended.promise);
  const heartbeat = setInterval(() => raw.write(':\n\n'), HEARTBEAT_MS);
  try {
    for await (const { id, event, data } of open(signal)) {
      const line = `id: ${String(id)}\n${event === undefined ? '' : `event: ${event}\n`}data: ${data}\n\n`;
      if (!raw.write(line)) await once(raw, 'drain', { signal });
    }
  } catch (error) {
    if (!signal.aborted) site.ctx.log.warn({ error, request: request.id }, 'An event stream broke off');
  } finally {
    clearInterval(heartbeat);
    site.ctx.stopping?.removeEventListener('abort', tellStop);
    raw.end(ended.resolve);
    void ended.promise.then(() => site.streams.delete(ended.promise));
    raw.on('close', ended.resolve);
    if (raw.destroyed) ended.resolve();
  }
}

/** Where a reader left off: the header of a reconnecting EventSource, else the query. */
export function resumeAfter(request: FastifyRequest, query: number | undefined): number {
  const header = Number(request.headers['last-event-id']);
  return Number.isSafeInteger(header) && header >= 0 && request.headers['last-event-id'] !== undefined
    ? header
    : (query ?? 0);
}
