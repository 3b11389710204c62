/**
 * A client of the Chrome DevTools Protocol over the two pipes of `--remote-debugging-pipe`: JSON messages, each ended
 * by a zero byte. Nothing listens on a port. Source: https://chromedevtools.github.io/devtools-protocol/
 */
import type { Readable, Writable } from 'node:stream';
import { ProgramError } from '../program.ts';

export type DevtoolsParams = Readonly<Record<string, unknown>>;
export type DevtoolsResult = Readonly<Record<string, unknown>>;

/** One page, or the browser itself. */
export interface DevtoolsTarget {
  /** Rejects with a `ProgramError` when the browser refuses, or has ended. */
  send(method: string, params?: DevtoolsParams): Promise<DevtoolsResult>;
  on(method: string, listener: (params: DevtoolsResult) => void): void;
}

export interface Devtools extends DevtoolsTarget {
  /** By the id of an attached session. */
  session(id: string): DevtoolsTarget;
}

/** Larger messages are refused: what is large is read in pieces. */
const MOST_BYTES = 64_000_000;

interface Message {
  readonly id?: number;
  readonly result?: DevtoolsResult;
  readonly error?: { readonly message: string };
  readonly method?: string;
  readonly params?: DevtoolsResult;
  readonly sessionId?: string;
}

export function createDevtools(toBrowser: Writable, fromBrowser: Readable): Devtools {
  const waiting = new Map<number, { resolve: (result: DevtoolsResult) => void; reject: (error: Error) => void }>();
  const listeners = new Map<string, (params: DevtoolsResult) => void>();
  let calls = 0;
  let end: Error | undefined;

  function stop(error: Error): void {
    end ??= error;
    for (const { reject } of waiting.values()) reject(end);
    waiting.clear();
  }

  function receive({ id, result = {}, error, method = '', params = {}, sessionId = '' }: Message): void {
    if (id === undefined) return listeners.get(`${sessionId} ${method}`)?.(params);
    const call = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) call?.resolve(result);
    else call?.reject(new ProgramError(/crashed/i.test(error.message) ? 'memory' : 'failed', error.message));
  }

  splitMessages(fromBrowser, (text) => receive(JSON.parse(text) as Message), stop);
  // the browser may end while something is written to it: then the other pipe closes, too
  toBrowser.on('error', () => undefined);

  const target = (sessionId: string): DevtoolsTarget => ({
    send(method, params = {}) {
      if (end !== undefined) return Promise.reject(end);
      const id = (calls += 1);
      const session = sessionId === '' ? {} : { sessionId };
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        toBrowser.write(`${JSON.stringify({ id, method, params, ...session })}\0`);
      });
    },
    on: (method, listener) => void listeners.set(`${sessionId} ${method}`, listener),
  });
  return { ...target(''), session: target };
}

function splitMessages(stream: Readable, onMessage: (text: string) => void, onEnd: (error: Error) => void): void {
  let pieces: Buffer[] = [];
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    let from = 0;
    for (let at = chunk.indexOf(0); at !== -1; at = chunk.indexOf(0, from)) {
      onMessage(Buffer.concat([...pieces, chunk.subarray(from, at)]).toString('utf8'));
      pieces = [];
      bytes = 0;
      from = at + 1;
    }
    const rest = chunk.subarray(from);
    bytes += rest.length;
    if (bytes > MOST_BYTES) stream.destroy(new ProgramError('memory', 'The browser sends too much.'));
    else if (rest.length > 0) pieces.push(rest);
  });
  stream.on('error', onEnd);
  stream.on('close', () => onEnd(new ProgramError('failed', 'The browser has ended.')));
}
