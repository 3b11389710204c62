/** What `doctor` says of the server that runs on the data folder: it is asked, as its operator. */
import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import type { Static } from '@fastify/type-provider-typebox';
import type { Config } from '../config.ts';
import { ageText } from '../domain/duration.ts';
import { AppError } from '../domain/error.ts';
import { parentWords, sizeWords, spanWords } from '../domain/message.ts';
import type { StatusSchema } from '../http/api-schema.ts';
import { findOperatorToken } from '../store/operator-token.ts';
import { findAddress } from '../store/server-address.ts';
import type { Finding } from './doctor-check.ts';

type Status = Static<typeof StatusSchema>;

const NAME = 'Server';
const ANSWER_MS = 10_000;
/** Runs under way that are named. */
const NAMED = 20;

export async function checkServer({ data }: Pick<Config, 'data'>): Promise<Finding> {
  let url: string | undefined;
  try {
    url = findAddress(data);
    const token = findOperatorToken(data);
    if (url === undefined || token === undefined) return { name: NAME, state: 'ok', text: 'No server runs on this data directory.' };
    const status = await ask(url, token);
    return { name: NAME, state: status.ready && status.problem === undefined ? 'ok' : 'warning', text: [`${url} (Script Runner ${status.version})`, ...linesOf(status, Date.now()).map(plain)].join('\n'), details: status };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { name: NAME, state: 'warning', text: error instanceof AppError || url === undefined ? text : `${url} does not answer: ${text}` };
  }
}

/** By the loopback name, to which every server answers. Not by `fetch`: that may go through a proxy, which would see the token. */
function ask(url: string, token: string): Promise<Status> {
  return new Promise((resolve, reject) => {
    request(new URL('api/v1/status', url), {
      agent: false, signal: AbortSignal.timeout(ANSWER_MS), headers: { host: 'localhost', authorization: `Bearer ${token}`, accept: 'application/json' },
    }, (response) => {
      if (response.statusCode === 200) json(response).then((body) => { resolve(body as Status); }, reject);
      else {
        response.resume();
        reject(new AppError('unavailable', `The server at ${url} answers ${String(response.statusCode)}; it may be another version of Script Runner.`));
      }
    }).on('error', reject).end();
  });
}

function linesOf({ ready, problem, kernels, runs, failures }: Status, nowMs: number): string[] {
  const queued = runs.filter(({ status }) => status === 'queued').length;
  const running = runs.filter(({ status }) => status !== 'queued');
  const used = running.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0);
  return [
    ...(problem === undefined ? [] : [problem]), ...(ready ? [] : ['No kernel has answered yet.']),
    `Kernels: ${kernels.running} in use${memory(used)}, ${kernels.waiting} waiting.`,
    ...kernels.parents.map((parent) => `Loaded beforehand: ${parentWords(parent)}${memory(parent.memoryBytes)}, ${parent.waiting} waiting, for ${spanWords(parent.ageMs)}.`),
    `Runs: ${running.length} under way, ${queued} waiting.`,
    ...running.slice(0, NAMED).map(({ script, memoryBytes, createdAt, startedAt = createdAt }) => `  ${script}${memory(memoryBytes)}, for ${spanWords(nowMs - Date.parse(startedAt))}.`),
    failures.length === 0 ? 'No run has failed.' : 'Last failures:',
    ...failures.map(({ script, endedAt, why }) => `  ${script}, ${ageText(Date.parse(endedAt), nowMs, 'en')}: ${why}`),
  ];
}

/** What notebooks say does nothing to the terminal. */
function plain(line: string): string {
  return line.replace(/\p{Cc}/gu, ' ');
}

/** Nothing where it cannot be told. */
function memory(bytes: number): string {
  return bytes === 0 ? '' : ` (${sizeWords(bytes)})`;
}
