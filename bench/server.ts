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
  /** Added to this process's own. */
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * Settles when the first page has been answered; whether a kernel is ready is a separate question. Throws with the
 * server's output.
 */
export function startServer(project: string, options: ServerOptions, role: 'serve' | 'web' = 'serve'): Promise<Server> {
  return served(options, (flags) => [process.execPath, COMMAND, role, project, ...flags]);
}

export interface Worker {
  /** Ends it at once, as a crash does. */
  kill(): void;
  close(): Promise<void>;
}

/** A worker of the database that the environment names; settles when it can run scripts. */
export async function startWorker(project: string, options: ServerOptions): Promise<Worker> {
  const child = start(process.execPath, [COMMAND, 'worker', project, ...flagsOf(options)], {
    env: { ...process.env, ...options.environment },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said += chunk;
    });
  await until('a worker', () => {
    if (child.exitCode !== null) throw new Error(`The worker did not start:\n${said}`);
    return said.includes('Scripts can run.');
  });
  return { kill: () => child.kill('SIGKILL'), close: () => stop(child) };
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
  const [command = '', ...args] = commandOf(['--port', String(port), ...flagsOf(options)]);
  const child = start(command, args, { env: { ...process.env, ...options.environment } });
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

function flagsOf({ data, python, pool, flags = [] }: ServerOptions): string[] {
  return ['--data', data, '--python', python, '--pool', String(pool), ...flags];
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
