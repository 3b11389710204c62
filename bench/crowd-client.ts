/**
 * The viewers of a crowd, in a process of their own so that what they cost is known: `node crowd-client.ts URL SCRIPT
 * COUNT`. Each has one plain connection, on which it submits a run and follows its events; clients of whole requests
 * take as much processor time as a kernel. Prints one line of JSON.
 */
import { connect } from 'node:net';

/** A server lets one address follow so many runs at once. */
const RUNS_OF_ADDRESS = 100;

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
}

/** `place`: its number among all. Rejects when the server refuses, or closes the connection early. */
function click(url: URL, script: string, place: number): Promise<CrowdClick> {
  const { promise, resolve, reject } = Promise.withResolvers<CrowdClick>();
  const startMs = performance.now();
  const body = JSON.stringify({ script, parameters: {} });
  const socket = connect({
    host: url.hostname,
    port: Number(url.port),
    localAddress: `127.0.0.${String(1 + Math.floor(place / RUNS_OF_ADDRESS))}`,
  });
  let [text, isFollowed, firstMs] = ['', false, NaN];
  const request = (line: string, rest: string) => socket.write(`${line} HTTP/1.1\r\nhost: ${url.host}\r\n${rest}`);
  request(
    'POST /api/v1/runs',
    `content-type: application/json\r\ncontent-length: ${String(Buffer.byteLength(body))}\r\n\r\n${body}`,
  );
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
    if (!isFollowed) {
      const id = /^HTTP\/1\.1 202 [^]*\r\n\r\n[^]*?"id":"([\w-]+)"/.exec(text)?.[1];
      if (id === undefined && !text.startsWith('HTTP/1.1 202')) return void socket.destroy(new Error(text));
      if (id === undefined || !text.endsWith('}')) return;
      [text, isFollowed] = ['', true];
      request(`GET /api/v1/runs/${id}/events`, '\r\n');
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

const [url = '', script = '', count = ''] = process.argv.slice(2);
const before = process.cpuUsage();
const startMs = performance.now();
const clicks = await Promise.all(
  Array.from({ length: Number(count) }, (_, place) => click(new URL(url), script, place)),
);
const { user, system } = process.cpuUsage(before);
const crowd: Crowd = { clicks, ms: performance.now() - startMs, clientMs: (user + system) / 1000 };
console.log(JSON.stringify(crowd));
