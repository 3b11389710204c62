/** The product as its users start it: a process of its own over a project folder, on a free port. */
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../test/free-port.ts';
import { start, stop } from './child.ts';
import { until } from './until.ts';

const ROOT = join(import.meta.dirname, '..');
export const COMMAND = join(ROOT, 'bin/script-runner.js');
const START_MS = 120_000;

export interface Server {
  readonly url: string;
  /** From the command to the first page. */
  readonly startMs: number;
  readonly pid: number;
  close(): Promise<void>;
}

interface ServerOptions {
  readonly data: string;
  readonly python: string;
  readonly pool: number;
  /** `--concurrency 100` and the like. */
  readonly flags?: readonly string[];
}

/**
 * Settles when the first page has been answered; whether a kernel is ready is a separate question. Throws with the
 * server's output.
 */
export function startServer(project: string, options: ServerOptions): Promise<Server> {
  return served(options, (flags) => [process.execPath, COMMAND, 'serve', project, ...flags]);
}

/** `npm start`, which serves the examples. */
export function startByNpm(options: ServerOptions): Promise<Server> {
  return served(options, (flags) => ['npm', '--prefix', ROOT, 'start', '--silent', '--', ...flags]);
}

async function served(
  options: ServerOptions,
  commandOf: (flags: readonly string[]) => readonly string[],
): Promise<Server> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const beginMs = performance.now();
  const [command = '', ...args] = commandOf([
    '--port',
    String(port),
    '--data',
    options.data,
    '--python',
    options.python,
    '--pool',
    String(options.pool),
    ...(options.flags ?? []),
  ]);
  const child = start(command, args);
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  while (!(await answers(url))) {
    if (child.exitCode !== null || performance.now() - beginMs > START_MS)
      throw new Error(`The server did not start:\n${said}`);
    await wait(4);
  }
  return { url, startMs: performance.now() - beginMs, pid: child.pid ?? 0, close: () => stop(child) };
}

export function waitUntilReady(url: string): Promise<void> {
  return until('a server that is ready', () => answers(`${url}/readyz`));
}

export async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    async (reply) => reply.ok && (await reply.text()) !== '',
    () => false,
  );
}
