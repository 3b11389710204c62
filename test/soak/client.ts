/**
 * A client of the API with one connection per request: none is open when the server's descriptors are counted.
 */
import assert from 'node:assert/strict';
import { request } from 'node:http';

export interface SoakedRun {
  readonly id: string;
  readonly status: string;
  readonly outcome?: Readonly<Record<string, unknown>>;
  readonly endedAt: string;
  readonly artifacts: readonly { readonly name: string; readonly url: string }[];
  readonly cells: { readonly total: number };
}

export type SoakedEvent = { readonly type: string; readonly at: string } & Readonly<Record<string, unknown>>;

export interface SoakClient {
  submit(script: string, parameters: object): Promise<SoakedRun>;
  /** Settles with the run and its whole log when it has ended. */
  ended(id: string): Promise<{ readonly run: SoakedRun; readonly events: readonly SoakedEvent[] }>;
  cancel(id: string): Promise<void>;
  read(path: string): Promise<string>;
  /** The first bytes of any answer except a server error, one character per byte. */
  readAny(path: string): Promise<string>;
}

const MOST_BYTES = 64 * 1024 * 1024;

export function createClient(origin: string): SoakClient {
  interface Question {
    readonly body?: object;
    readonly encoding?: 'utf8' | 'latin1';
    /** Lower statuses are successful. */
    readonly below?: number;
    /** In characters; the rest is ignored. */
    readonly most?: number;
  }
  function ask(method: string, path: string, question: Question = {}): Promise<string> {
    const { body, encoding = 'utf8', below = 300, most = Infinity } = question;
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const sent = request(
      new URL(path, origin),
      { method, agent: false, headers: body === undefined ? {} : { 'content-type': 'application/json' } },
      (reply) => {
        let text = '';
        reply
          .setEncoding(encoding)
          .on('data', (chunk: string) => {
            if (text.length < most) text += chunk;
          })
          .on('error', reject)
          .on('end', () => {
            if ((reply.statusCode ?? 500) < below) resolve(text);
            else reject(new Error(`${method} ${path}: ${reply.statusCode} ${text}`));
          });
      },
    );
    sent.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
    return promise;
  }
  const run = async (id: string) => JSON.parse(await ask('GET', `/api/v1/runs/${id}`)) as SoakedRun;
  return {
    submit: async (script, parameters) =>
      JSON.parse(await ask('POST', '/api/v1/runs', { body: { script, parameters } })) as SoakedRun,
    async ended(id) {
      const log = await ask('GET', `/api/v1/runs/${id}/events`);
      const events = [...log.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data ?? '') as SoakedEvent);
      assert.equal(events.at(-1)?.type, 'run-finished', `the log of run ${id} has no end`);
      return { run: await run(id), events };
    },
    cancel: async (id) => void (await ask('POST', `/api/v1/runs/${id}/cancel`)),
    read: (path) => ask('GET', path),
    readAny: (path) => ask('GET', path, { encoding: 'latin1', below: 500, most: MOST_BYTES }),
  };
}
