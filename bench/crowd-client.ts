/**
 * The viewers of a crowd, in a process of their own so that what they cost is known: `node crowd-client.ts URL SCRIPT
 * COUNT viewers|clients`. Each has one plain connection, on which it submits a run and follows its events; clients of
 * whole requests take as much processor time as a kernel. `viewers` have the page of the script open first, and click
 * when kernels wait for them; `clients` of the API have no page. Prints one line of JSON.
 */
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** A server lets one address follow only so many runs at once, and lets kernels wait for few visitors of one. */
const VIEWERS_OF_ADDRESS = 1;
const CLIENTS_OF_ADDRESS = 100;
/** Viewers do not wait for their kernels longer than this. */
const PATIENCE_MS = 60_000;
const LOOK_MS = 250;

export interface CrowdClick {
  /** Milliseconds from the request until the first text of its output, and until its end. */
  readonly firstMs: number;
  readonly wholeMs: number;
  readonly succeeded: boolean;
}

export interface Crowd {
  readonly clicks: readonly CrowdClick[];
  /** From the first request to the last end. */
  readonly ms: number;
  /** Processor time of this process for all of them, without its start. */
  readonly clientMs: number;
  /** Kernels that waited for open pages when they clicked. */
  readonly waiting: number;
}

const [url = '', script = '', count = '', kind = ''] = process.argv.slice(2);
const server = new URL(url);
const areViewers = kind === 'viewers';

interface Visitor {
  readonly socket: Socket;
  request(line: string, body?: unknown): void;
  /** Its name for its page. */
  readonly page: string;
}

/** `place`: its number among all. */
async function arrive(place: number): Promise<Visitor> {
  const address = Math.floor(place / (areViewers ? VIEWERS_OF_ADDRESS : CLIENTS_OF_ADDRESS));
  const socket = connect({
    host: server.hostname,
    port: Number(server.port),
    localAddress: `127.0.${String(Math.floor(address / 200))}.${String(1 + (address % 200))}`,
  }).setEncoding('latin1');
  const visitor: Visitor = {
    socket,
    page: `page-of-${String(place)}`,
    request(line, body) {
      const json = JSON.stringify(body);
      const rest =
        body === undefined
          ? '\r\n'
          : `content-type: application/json\r\ncontent-length: ${String(Buffer.byteLength(json))}\r\n\r\n${json}`;
      socket.write(`${line} HTTP/1.1\r\nhost: ${server.host}\r\n${rest}`);
    },
  };
  if (!areViewers) return visitor;
  const noted = new Promise<string>((resolve, reject) => {
    socket.once('data', resolve).once('error', reject);
  });
  visitor.request(`POST /interest/${script}`, { page: visitor.page, state: 'open' });
  const answer = String(await noted);
  if (!answer.startsWith('HTTP/1.1 204')) throw new Error(answer);
  return visitor;
}

/** Rejects when the server refuses, or closes the connection early. */
function click({ socket, page, request }: Visitor): Promise<CrowdClick> {
  const { promise, resolve, reject } = Promise.withResolvers<CrowdClick>();
  const startMs = performance.now();
  let [text, isFollowed, firstMs] = ['', false, NaN];
  request('POST /api/v1/runs', { script, parameters: {} });
  socket.on('data', (chunk: string) => {
    text += chunk;
    if (!isFollowed) {
      const id = /^HTTP\/1\.1 202 [^]*\r\n\r\n[^]*?"id":"([\w-]+)"/.exec(text)?.[1];
      if (id === undefined && !text.startsWith('HTTP/1.1 202')) return void socket.destroy(new Error(text));
      if (id === undefined || !text.endsWith('}')) return;
      [text, isFollowed] = ['', true];
      // the page is another one now
      if (areViewers) request(`POST /interest/${script}`, { page, state: 'left' });
      request(`GET /api/v1/runs/${id}/events`);
      return;
    }
    if (Number.isNaN(firstMs) && text.includes('event: stream-appended')) firstMs = performance.now() - startMs;
    const outcome = /"outcome":\{"type":"([\w-]+)"/.exec(text)?.[1];
    if (outcome === undefined) return;
    resolve({ firstMs, wholeMs: performance.now() - startMs, succeeded: outcome === 'succeeded' });
    socket.destroy();
  });
  socket.once('error', reject).once('close', () => reject(new Error(`The connection was closed:\n${text}`)));
  return promise;
}

/** Until a kernel waits for each viewer, or as many as may. */
async function kernelsWaiting(viewers: number): Promise<number> {
  const endMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const text = await (await fetch(new URL('/metrics', server))).text();
    const metric = (name: string) =>
      Number(
        text
          .split('\n')
          .find((line) => line.startsWith(`${name} `))
          ?.slice(name.length),
      );
    const waiting = metric('script_runner_kernels_waiting{reason="page"}');
    const wanted = Math.min(viewers, Math.max(1, metric('script_runner_kernels_page_limit')));
    if (waiting >= wanted || performance.now() > endMs) return waiting;
    await wait(LOOK_MS);
  }
}

const visitors = await Promise.all(Array.from({ length: Number(count) }, (_, place) => arrive(place)));
const waiting = areViewers ? await kernelsWaiting(visitors.length) : 0;
const before = process.cpuUsage();
const startMs = performance.now();
const clicks = await Promise.all(visitors.map(click));
const { user, system } = process.cpuUsage(before);
const crowd: Crowd = { clicks, ms: performance.now() - startMs, clientMs: (user + system) / 1000, waiting };
console.log(JSON.stringify(crowd));
