/** Runs one program to its end, in a separate process group so that killing it ends everything that it started. */
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { killGroup } from '../system/process-kill.ts';
import { createTail } from '../system/text-tail.ts';
import { readLines } from './tool-text.ts';

const TAIL_CHARS = 8000;

export interface CommandOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Receives the lines of its standard output. */
  readonly onLine?: (line: string) => void;
  /** Receives the lines of its standard error. */
  readonly onProgress?: (line: string) => void;
  readonly directory?: string;
}

export interface CommandResult {
  readonly ok: boolean;
  readonly stdout: string;
  /** The end of its output on both streams. */
  readonly tail: string;
}

/** Rejects only when aborted: a program that cannot be started gives `ok: false` with the reason as its tail. */
export function runCommand(command: string, args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    if (options.signal.aborted) return reject(options.signal.reason as Error);
    const child = spawn(command, args, {
      cwd: options.directory ?? tmpdir(),
      env: options.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let stdout = '';
    const tail = createTail(TAIL_CHARS);
    const end = () => {
      if (child.pid !== undefined) killGroup(child.pid);
    };
    options.signal.addEventListener('abort', end, { once: true });
    const [lines, progress] = [options.onLine, options.onProgress].map((listener) => readLines(listener ?? ignore));
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
      tail.add(chunk);
      lines?.add(chunk);
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      tail.add(chunk);
      progress?.add(chunk);
    });
    child.on('error', (error) => {
      resolve({ ok: false, stdout: '', tail: error.message });
    });
    child.on('close', (code) => {
      options.signal.removeEventListener('abort', end);
      lines?.end();
      progress?.end();
      if (options.signal.aborted) reject(options.signal.reason as Error);
      else resolve({ ok: code === 0, stdout, tail: tail.text().trim() });
    });
  });
}

function ignore(): void {}
