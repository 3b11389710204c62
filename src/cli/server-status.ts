/** Asks the server that runs on a data folder for its state, as its operator. */
import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import type { Static } from '@fastify/type-provider-typebox';
import type { Config } from '../config/config.ts';
import { AppError } from '../domain/error.ts';
import type { StatusSchema } from '../http/api/api-schema.ts';
import { findAddress } from '../store/server-address.ts';
import { findToken } from '../store/server-key.ts';

export type Status = Static<typeof StatusSchema>;

const ANSWER_MS = 10_000;

/** Undefined if no server runs on the data folder. Throws if it may not be asked, or does not answer. */
export async function readServerStatus({
  data,
  serverKeys,
}: Pick<Config, 'data' | 'serverKeys'>): Promise<Status | undefined> {
  const [url, token] = [findAddress(data), findToken(data, serverKeys)];
  return url === undefined || token === undefined ? undefined : ask(url, token);
}

/**
 * By the loopback name, which every server accepts. Not by `fetch`: that may use a proxy, which would see the token.
 */
function ask(url: string, token: string): Promise<Status> {
  return new Promise((resolve, reject) => {
    request(
      new URL('api/v1/status', url),
      {
        agent: false,
        signal: AbortSignal.timeout(ANSWER_MS),
        headers: { host: 'localhost', authorization: `Bearer ${token}`, accept: 'application/json' },
      },
      (response) => {
        if (response.statusCode === 200)
          json(response).then((body) => {
            resolve(body as Status);
          }, reject);
        else {
          response.resume();
          reject(
            new AppError(
              'unavailable',
              `The server at ${url} answers ${String(response.statusCode)}; it may be another version of Script Runner.`,
            ),
          );
        }
      },
    )
      .on('error', reject)
      .end();
  });
}

/** Texts from notebooks cannot control the terminal. */
export function plain(line: string): string {
  return line.replace(/\p{Cc}/gu, ' ');
}
