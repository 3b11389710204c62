/** Runs the real command line in a process of its own. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { testPython } from '../python.ts';

/** As users start it: the built program if it is up to date, otherwise the sources. */
export const MAIN = join(import.meta.dirname, '../../bin/script-runner.js');

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `onError` is called with standard error so far; the first signal that it returns is sent, once. */
export function scriptRunner(
  args: readonly string[],
  onError: (text: string, kill: (signal: NodeJS.Signals) => void) => void = () => {},
  variables: Readonly<Record<string, string | undefined>> = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { ...process.env, SCRIPT_RUNNER_PYTHON: testPython(), ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  let isSignalled = false;
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
    onError(stderr, (signal) => {
      if (!isSignalled) isSignalled = child.kill(signal);
    });
  });
  return new Promise((resolve) => {
    child.on('close', (code) => {
      resolve({ code, stdout, stderr });
    });
  });
}
