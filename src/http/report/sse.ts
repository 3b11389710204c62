/** Server-sent events over one answer. Source: https://html.spec.whatwg.org/multipage/server-sent-events.html */
import { once } from 'node:events';
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Actor } from '../../domain/access/access.ts';
import { SERVER_STOPPING } from '../../domain/run/run-message.ts';
import { actorNow } from '../access/actor.ts';
import type { Site } from '../site.ts';

export interface ServerEvent {
  readonly id: number;
  readonly event?: string;
  /** JSON text: one line. */
  readonly data: string;
}

const HEARTBEAT_MS = 15_000;
const RIGHT_MS = 2_000;
const RETRY_MS = 1_000;
/** Has no id: it is not part of the run's log. */
const STOPPING = `event: server-stopping\ndata: ${JSON.stringify({ message: SERVER_STOPPING })}\n\n`;

/** Limit of an answer that waits for its reader; the log is read further when there is room. */
const PIECE_CHARS = 64 * 1024;
/** A reader that reads nothing for this long is disconnected; it can reconnect and continue where it was. */
const PATIENCE_MS = 30_000;

interface EventSource {
  /** The signal aborts when the reader leaves or the server closes. */
  readonly open: (signal: AbortSignal) => AsyncIterable<ServerEvent>;
  /**
   * Asked from time to time, with the reader's groups of then: the stream is cut when a right is withdrawn. It is also
   * cut when a session ends.
   */
  readonly mayRead: (reader: Actor) => Promise<boolean>;
  /** Gives back the place of a stream that was counted before. */
  readonly leave?: () => void;
}

/** Counts a stream of this client; returns a function that ends it. Throws if too many are open. */
export function enterStreams(site: Site, request: FastifyRequest): () => void {
  return site.streamLimit.enter(clientOf(site, request));
}

/**
 * Writes the events as they arrive and ends the answer after the last. Errors of `open` end the stream, so
 * that the reader reconnects and gets a proper answer.
 * Throws if too many streams are open.
 */
export async function sendEvents(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  { open, mayRead, leave = enterStreams(site, request) }: EventSource,
): Promise<void> {
  const left = new AbortController();
  const signal = AbortSignal.any([left.signal, site.closing]);
  const { raw } = reply;
  raw.on('close', () => left.abort());
  reply.hijack();
  raw.writeHead(200, {
    ...(reply.getHeaders() as OutgoingHttpHeaders),
    'content-type': 'text/event-stream; charset=utf-8',
    'x-accel-buffering': 'no',
  });
  // clients would wait after the headers alone: send the first bytes at once
  raw.write(`retry: ${String(RETRY_MS)}\n\n`);
  const writer = createEventWriter(raw, signal);
  const tellStop = () => writer.beside(STOPPING);
  if (site.ctx.stopping?.aborted === true) tellStop();
  site.ctx.stopping?.addEventListener('abort', tellStop, { once: true });
  // what is new stays unknown here; the reader connects again, and a proxy leads it to a server that knows
  const forgetSilence = site.ctx.onSilence?.(() => raw.destroy());
  const ended = Promise.withResolvers<void>();
  site.streams.add(ended.promise);
  const heartbeat = setInterval(() => writer.isBusy() || writer.beside(':\n\n'), HEARTBEAT_MS);
  const cut = () => void raw.destroy();
  const mayGoOn = async () => {
    const reader = await actorNow(site, request);
    return reader !== undefined && mayRead(reader);
  };
  const rights = setInterval(() => void mayGoOn().then((may) => may || cut(), cut), RIGHT_MS);
  try {
    for await (const { id, event, data } of open(signal)) {
      await writer.write(`id: ${String(id)}\n${event === undefined ? '' : `event: ${event}\n`}data: ${data}\n\n`);
    }
  } catch (error) {
    if (!signal.aborted) site.ctx.log.warn({ error, request: request.id }, 'An event stream broke off');
  } finally {
    clearInterval(heartbeat);
    forgetSilence?.();
    clearInterval(rights);
    site.ctx.stopping?.removeEventListener('abort', tellStop);
    const patience = setTimeout(() => raw.destroy(), PATIENCE_MS);
    raw.end(ended.resolve);
    void ended.promise.then(() => {
      clearTimeout(patience);
      leave();
      site.streams.delete(ended.promise);
    });
    raw.on('close', ended.resolve);
    if (raw.destroyed) ended.resolve();
  }
}

/** Writes an event in pieces, each when the reader has taken the previous one. Rejects when the signal aborts. */
function createEventWriter(raw: ServerResponse, signal: AbortSignal) {
  let isBusy = false;
  let next = '';

  async function drained(): Promise<void> {
    const patience = setTimeout(() => raw.destroy(), PATIENCE_MS);
    await once(raw, 'drain', { signal }).finally(() => clearTimeout(patience));
  }

  return {
    isBusy: () => isBusy,
    /** At once, or after the event that is currently written. */
    beside(text: string): void {
      if (isBusy) next += text;
      else raw.write(text);
    },
    async write(text: string): Promise<void> {
      isBusy = true;
      for (let at = 0; at < text.length;) {
        const end = pieceEnd(text, at);
        if (!raw.write(text.slice(at, end))) await drained();
        at = end;
      }
      isBusy = false;
      if (next !== '') raw.write(next);
      next = '';
    },
  };
}

/** Not between the halves of a character. */
function pieceEnd(text: string, start: number): number {
  const end = start + PIECE_CHARS;
  return (text.charCodeAt(end - 1) & 0xfc00) === 0xd800 ? end - 1 : Math.min(end, text.length);
}

function clientOf(site: Site, request: FastifyRequest): string {
  const user = site.identity(request)?.name;
  return user === undefined ? `address ${request.ip}` : `user ${user}`;
}

/** The last event that a reader has: from the header of a reconnecting EventSource, else from the query. */
export function resumeAfter(request: FastifyRequest, query: number | undefined): number {
  const header = Number(request.headers['last-event-id']);
  return Number.isSafeInteger(header) && header >= 0 && request.headers['last-event-id'] !== undefined
    ? header
    : (query ?? 0);
}
