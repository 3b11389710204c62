/** Processes that a measurement starts. */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

export type Child = ChildProcessByStdio<null, Readable, Readable>;

interface StartOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** In a process group of its own: a signal also reaches what it starts, as npm does. */
export function start(command: string, args: readonly string[], options: StartOptions = {}): Child {
  return spawn(command, [...args], { ...options, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
}

/** Asks it to stop; settles when it has exited. */
export async function stop(child: Child): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  signalGroup(child, 'SIGTERM');
  await ended;
}

function signalGroup(child: Child, signal: NodeJS.Signals): void {
  try {
    process.kill(-(child.pid ?? 0), signal);
  } catch {
    // It has exited meanwhile.
  }
}
