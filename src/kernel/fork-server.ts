/** A Python process that has imported packages and forks kernels: `python/script_runner_kernel/fork_server.py`. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { AppError } from '../domain/error.ts';
import type { JsonObject } from '../domain/json.ts';
import { createConnection } from './connection.ts';
import { baseEnvironment } from './environment.ts';
import { guardPlan } from './guard-plan.ts';
import { linkGuard } from './guard.ts';
import { connectKernel, type KernelProcess } from './kernel-process.ts';
import type { Workshop } from './launch.ts';
import { killProcess } from './process-kill.ts';
import { RUNTIME_VARIABLE } from './runtime-directory.ts';

const PROGRAM = fileURLToPath(new URL('../../python/script_runner_kernel/fork_server.py', import.meta.url));
/** A fork server that is alive answers in milliseconds. */
const FORK_MS = 5_000;
const PAGE_BYTES = 4096;
/** Threads of numeric libraries do not survive a fork; kernels get theirs back. */
const ONE_THREAD = Object.fromEntries(
  ['OPENBLAS_NUM_THREADS', 'OMP_NUM_THREADS', 'MKL_NUM_THREADS', 'BLIS_NUM_THREADS', 'VECLIB_MAXIMUM_THREADS', 'NUMEXPR_MAX_THREADS'].map((name) => [name, '1']),
);

export interface Loaded {
  readonly imports: readonly string[];
  /** Modules that must not be inherited, with the reason; the server that reports any is of no use. */
  readonly refused: Readonly<Record<string, string>>;
  /** Where packages are installed: its modification time changes with every installation. */
  readonly folder: string;
}

export interface ForkServer {
  /** Settles when the imports are done; rejects when the process ended instead. */
  readonly loaded: Promise<Loaded>;
  /** Settles when the process is no more. */
  readonly gone: Promise<void>;
  /** A waiting kernel. Throws as `connectKernel`. */
  fork(signal: AbortSignal): Promise<KernelProcess>;
  /** Resident memory now, 0 where that cannot be told. */
  residentBytes(): Promise<number>;
  /** Its memory now with shared pages divided (PSS), 0 where that cannot be told. */
  memoryBytes(): Promise<number>;
  /** Ends the process; its kernels live on. */
  close(): Promise<void>;
}

export async function startForkServer(workshop: Workshop, python: string, imports: readonly string[]): Promise<ForkServer> {
  const home = await workshop.runtime.next();
  const mark = { [RUNTIME_VARIABLE]: workshop.runtime.path };
  const env = { ...baseEnvironment(workshop.environment, join(home, 'home'), join(home, 'tmp')), ...ONE_THREAD, ...mark };
  const child = spawn(python, [PROGRAM, JSON.stringify({ imports })], { stdio: 'pipe', detached: true, env, cwd: home });
  child.stdin.on('error', () => undefined);
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => { complaint = (complaint + chunk.toString()).slice(-4096); });
  // Not `close`: the guards of living kernels hold its error stream.
  const gone = new Promise<void>((resolve) => { child.once('exit', () => resolve()).once('error', () => resolve()); });
  const ended = gone.then((): never => { throw new AppError('unavailable', `The fork server ended.\n${complaint}`); });
  const loaded = Promise.race([readLoaded(child), ended]);
  for (const promise of [loaded, ended]) promise.catch(() => undefined);

  return {
    loaded, gone,
    fork: (signal) => forkKernel(workshop, { child, ended, python, mark, complaint: () => complaint }, signal),
    async residentBytes() {
      const pages = await readFile(`/proc/${child.pid}/statm`, 'utf8').catch(() => '0 0');
      return Number(pages.split(' ')[1]) * PAGE_BYTES;
    },
    async memoryBytes() {
      const text = await readFile(`/proc/${child.pid}/smaps_rollup`, 'utf8').catch(() => '');
      return Number(/^Pss:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) * 1024;
    },
    async close() {
      child.kill('SIGKILL');
      await gone;
      await rm(home, { recursive: true, force: true });
    },
  };
}

function readLoaded(child: ChildProcessWithoutNullStreams): Promise<Loaded> {
  return new Promise((resolve) => { createInterface({ input: child.stdout }).once('line', (line) => resolve(JSON.parse(line) as Loaded)); });
}

interface Parent {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<never>;
  readonly python: string;
  readonly mark: Readonly<Record<string, string>>;
  complaint(): string;
}

async function forkKernel(workshop: Workshop, parent: Parent, signal: AbortSignal): Promise<KernelProcess> {
  const directory = await workshop.runtime.next();
  const connection = await createConnection(directory, workshop.transport);
  const socket = await meet(join(directory, 'guard'), (path) => {
    const command: JsonObject = { do: 'fork', socket: path, plan: guardPlan(workshop.enclosure, directory) as unknown as JsonObject };
    parent.child.stdin.write(`${JSON.stringify(command)}\n`);
  }, parent.ended).catch(async (error: unknown) => {
    await rm(directory, { recursive: true, force: true });
    throw error;
  });
  const guard = linkGuard(socket, socket, {
    gone: once(socket, 'close').then(() => parent.complaint(), String),
    destroy: (pid) => { if (pid > 0) killProcess(pid); },
  });
  const connected = connectKernel({
    guard, connection, directory, groups: workshop.enclosure.groups, interruptMode: 'signal', startTimeoutMs: workshop.startTimeoutMs, label: `Python 3 (${parent.python})`,
  }, signal);
  const env = { ...baseEnvironment(workshop.environment, join(directory, 'home'), join(directory, 'tmp')), ...parent.mark };
  void guard.start({ argv: ['-f', connection.file], env, cwd: directory });
  return connected;
}

/** Listens until the other side, told the path, has connected, or has ended: then nobody is let in any more. */
async function meet(path: string, tell: (path: string) => void, ended: Promise<never>): Promise<Socket> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
    const connected = once(server, 'connection', { signal: AbortSignal.timeout(FORK_MS) }) as Promise<[Socket]>;
    tell(path);
    const [socket] = await Promise.race([connected, ended]).catch((error: unknown) => {
      connected.then(([late]) => late.destroy(), () => undefined);
      throw error;
    });
    return socket;
  } catch (cause) {
    throw new AppError('unavailable', 'The fork server did not answer.', { cause });
  } finally {
    server.close();
  }
}
