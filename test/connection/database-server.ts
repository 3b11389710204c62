/**
 * What the database servers of the tests have in common: a temporary folder, an unprivileged user, waiting until they
 * answer, and the end by process id.
 */
import { spawn } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** They refuse to run as root, so root starts them as `nobody`. */
export const SERVER_USER = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

export interface ServerPlan {
  readonly program: string;
  readonly args: readonly string[];
  /** What it prints on standard error once it accepts connections. */
  readonly ready: string;
  readonly stopSignal: NodeJS.Signals;
}

/** A folder that belongs to the server's user. */
export function serverFolder(prefix: string): string {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  giveToServer(folder);
  return folder;
}

export function giveToServer(path: string): void {
  if (SERVER_USER.uid !== undefined) chownSync(path, SERVER_USER.uid, SERVER_USER.gid);
}

/** Settles when the server accepts connections; `stop` ends it and removes its folder. */
export async function startServer(folder: string, plan: ServerPlan): Promise<() => Promise<void>> {
  const end = await runServer(folder, plan);
  return async () => {
    await end();
    rmSync(folder, { recursive: true, force: true });
  };
}

/** As `startServer`; the folder stays. */
export async function runServer(
  folder: string,
  { program, args, ready, stopSignal }: ServerPlan,
): Promise<() => Promise<void>> {
  const server = spawn(program, args, { ...SERVER_USER, cwd: folder, stdio: ['pipe', 'ignore', 'pipe'] });
  const gone = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  let said = '';
  await new Promise<void>((resolve, reject) => {
    server.stderr.on('data', (piece: Buffer) => {
      said += piece.toString();
      if (said.includes(ready)) resolve();
    });
    void gone.then(() => reject(new Error(`${basename(program)}: ${said}`)));
  });
  return async () => {
    server.kill(stopSignal);
    await gone;
  };
}
