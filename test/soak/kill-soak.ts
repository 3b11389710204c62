/** Kills a server at random moments and checks that everything it had told its clients is still true. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { notebookBytes } from '../app/notebook-bytes.ts';
import { inspect, type Told } from './data-check.ts';

export interface SoakOptions {
  /** Absolute, empty; the caller removes it. */
  readonly folder: string;
  readonly rounds: number;
  /** `fake`, or a Python with ipykernel. */
  readonly kernel: string;
  /** Aborted: no further server is started, and the soak rejects with the reason. */
  readonly end?: AbortSignal;
  readonly onRound?: (round: number, outcomes: Readonly<Record<string, number>>) => void;
}

const CELLS = ['print("first")', 'show', 'print("last")'];
const PYTHON_CELLS = [
  'print("first")',
  'import time; time.sleep(0.1)\nfrom IPython.display import HTML\nHTML("x" * 5000)',
  'print("last")',
];

/** Returns the number of runs by status. Throws an error that names the first contradiction. */
export async function soak({
  folder,
  rounds,
  kernel,
  end,
  onRound,
}: SoakOptions): Promise<Readonly<Record<string, number>>> {
  const [data, scripts] = [join(folder, 'data'), join(folder, 'scripts')];
  await mkdir(scripts);
  await writeFile(join(scripts, 'soak.ipynb'), notebookBytes(kernel === 'fake' ? CELLS : PYTHON_CELLS));
  const told: Told = { acknowledged: new Set(), seen: new Map(), cancelled: new Set() };
  for (let round = 1; round <= rounds; round += 1) {
    end?.throwIfAborted();
    await killedServer([data, scripts, kernel, 'load'], told);
    onRound?.(round, await inspect(data, told, 'after a kill'));
  }
  end?.throwIfAborted();
  await drainedServer([data, scripts, kernel, 'drain'], told);
  return inspect(data, told, 'at the end');
}

function startServer(args: readonly string[]) {
  return spawn(process.execPath, [fileURLToPath(new URL('kill-server.ts', import.meta.url)), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Killed up to half a second after its first line. */
async function killedServer(args: readonly string[], told: Told): Promise<void> {
  const server = startServer(args);
  let killing: NodeJS.Timeout | undefined;
  for await (const line of createInterface(server.stdout)) {
    killing ??= setTimeout(() => server.kill('SIGKILL'), Math.random() * 500);
    hear(told, line);
  }
  clearTimeout(killing);
  if (server.signalCode === null && server.exitCode === null) await once(server, 'exit');
  if (server.signalCode !== 'SIGKILL')
    throw new Error(`the server ended by itself: ${server.exitCode ?? server.signalCode}`);
}

/** The last line may be incomplete: then it does not count. */
function hear(told: Told, line: string): void {
  if (!line.endsWith('}')) return;
  const { acknowledged, seen, seq, cancelled, id } = JSON.parse(line) as {
    acknowledged?: string;
    seen?: string;
    seq: number;
    cancelled?: string;
    id: string;
  };
  if (acknowledged !== undefined) told.acknowledged.add(acknowledged);
  if (seen !== undefined) told.seen.set(seen, seq);
  if (cancelled === 'cancelled') told.cancelled.add(id);
}

async function drainedServer(args: readonly string[], told: Told): Promise<void> {
  const server = startServer(args);
  for await (const line of createInterface(server.stdout)) hear(told, line);
  if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
  if (server.exitCode !== 0)
    throw new Error(`the server that was to finish the rest ended with ${server.exitCode ?? server.signalCode}`);
}
