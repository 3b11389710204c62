/** `script-runner serve`, `web` or `worker` as a process of its own, as a service manager starts it. */
import { spawn } from 'node:child_process';
import type { afterAll } from 'vitest';
import { testPython } from '../python.ts';
import { MAIN } from './command.ts';

export interface Daemon {
  readonly url: string;
  readonly pid: number;
  /** Standard error until now: the log. */
  log(): string;
  /** Standard output until now. */
  said(): string;
  signal(name: NodeJS.Signals): void;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

/** Settles when it listens and its scripts can run. `wrapper`: a command that becomes the server, as `prlimit`. */
export function startDaemon(
  folder: string,
  flags: readonly string[] = [],
  environment: NodeJS.ProcessEnv = {},
  wrapper: readonly string[] = [],
): Promise<Daemon> {
  return startRole('serve', folder, { flags, environment, wrapper });
}

export interface RoleOptions {
  readonly flags?: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
  readonly wrapper?: readonly string[];
  /** Absolute path of another version's `bin/script-runner.js`. */
  readonly program?: string;
}

/** A worker has no `url`. */
export async function startRole(
  role: 'serve' | 'web' | 'worker',
  folder: string,
  { flags = [], environment = {}, wrapper = [], program = MAIN }: RoleOptions,
): Promise<Daemon> {
  const [command = '', ...words] = [...wrapper, process.execPath, program];
  const child = spawn(command, [...words, role, folder, '--port', '0', '--python', testPython(), ...flags], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let log = '';
  child.stderr.on('data', (chunk) => {
    log += String(chunk);
  });
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.on('close', (code, signal) => {
      resolve({ code, signal });
    });
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      said += String(chunk);
      if (/Scripts can run\.|Workers run the scripts\./.test(said)) resolve();
    });
    void ended.then(() => {
      reject(new Error(`${role} ended: ${said}${log}`));
    });
  });
  const url = /http:\S+(?=\/\n)/.exec(said)?.[0] ?? '';
  return {
    url,
    pid: child.pid ?? 0,
    log: () => log,
    said: () => said,
    signal: (name) => {
      child.kill(name);
    },
    ended,
  };
}

export interface Daemons {
  /** As `startRole`; the process is killed by the hook, however the test ends. */
  start(role: 'serve' | 'web' | 'worker', folder: string, options?: RoleOptions): Promise<Daemon>;
}

/**
 * Kills the processes of each test (`afterEach`) or of the file (`afterAll`), waits until they have ended, and then
 * removes what they used.
 */
export function useDaemons(hook: typeof afterAll, remove: () => void | Promise<void>): Daemons {
  let daemons: Daemon[] = [];
  hook(async () => {
    for (const daemon of daemons) daemon.signal('SIGKILL');
    await Promise.all(daemons.map(({ ended }) => ended));
    daemons = [];
    await remove();
  });
  return {
    async start(role, folder, options = {}) {
      const daemon = await startRole(role, folder, options);
      daemons.push(daemon);
      return daemon;
    },
  };
}
