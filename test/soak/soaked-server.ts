/** The server under test: starts it, counts its resources, collects its garbage, stops it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { startDaemon, type Daemon } from '../cli/daemon.ts';
import { countResources, memoryBytes, type ResourceCount, type Subject } from './resource-count.ts';
import { createClient } from './client.ts';

const COLLECTOR = new URL('garbage-collect.ts', import.meta.url).href;
const SETTLE_MS = 60_000;
const LOOK_MS = 200;
const END_MS = 20_000;

export interface SoakedServerOptions {
  /** Determines the mark of its processes. */
  readonly seed: number;
  /** By the name of the flag. */
  readonly settings: Readonly<Record<string, string>>;
  readonly environment?: NodeJS.ProcessEnv;
  /** Size of its heap; garbage is collected often in a small one. */
  readonly heapMb: number;
}

export interface SoakedServer extends Subject, Pick<Daemon, 'url' | 'signal' | 'ended' | 'log'> {}

/** Serves `folder/scripts`; its data and temporary files are in `folder`, too. */
export async function startServer(folder: string, options: SoakedServerOptions): Promise<SoakedServer> {
  const { seed, settings, environment, heapMb } = options;
  const subject = {
    temporary: join(folder, 't'),
    data: join(folder, 'd'),
    mark: String(1_000_000 + (seed % 1_000_000)),
  };
  await mkdir(subject.temporary, { recursive: true });
  const flags = Object.entries({ ...settings, data: subject.data }).flatMap(([name, value]) => [`--${name}`, value]);
  const daemon = await startDaemon(folder, flags, {
    ...environment,
    TMPDIR: subject.temporary,
    NODE_OPTIONS: `--max-old-space-size=${heapMb} --expose-gc --import ${COLLECTOR}`,
  });
  return { ...daemon, ...subject };
}

/** Stops it as a service manager does: its runs end, too; after a while it is killed. */
export async function endServer(server: SoakedServer): Promise<void> {
  server.signal('SIGTERM');
  const killing = setTimeout(() => {
    server.signal('SIGKILL');
  }, END_MS);
  await server.ended;
  clearTimeout(killing);
}

/** Rejects with its reason when the signal is aborted. */
export function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => {
      reject(signal?.reason as Error);
    };
    if (signal?.aborted === true) end();
    else signal?.addEventListener('abort', end, { once: true });
  });
}

/** Stops the server, which must exit with 0 and leave nothing behind. */
export async function stopServer(server: SoakedServer): Promise<void> {
  server.signal('SIGTERM');
  const { code } = await server.ended;
  const { processes, groups, folders } = await countResources({ ...server, pid: 0 });
  if (existsSync(server.temporary))
    assert.deepEqual(
      { code, processes, groups, folders },
      { code: 0, processes: 0, groups: 0, folders: 0 },
      `what is left of the server\n${server.log().slice(-2000)}`,
    );
}

/** The resource count once it no longer changes, or is as wanted. */
export async function settled(subject: Subject, wanted?: ResourceCount): Promise<ResourceCount> {
  const until = Date.now() + SETTLE_MS;
  let same = 0;
  let last = await countResources(subject);
  while (Date.now() < until && (wanted === undefined ? same < 25 : JSON.stringify(last) !== JSON.stringify(wanted))) {
    await wait(LOOK_MS);
    const next = await countResources(subject);
    same = JSON.stringify(next) === JSON.stringify(last) ? same + 1 : 0;
    last = next;
  }
  return last;
}

/** The least of several measurements: freed memory is returned to the system a moment later. */
export async function clearedBytes(server: SoakedServer): Promise<number> {
  const client = createClient(server.url);
  let least = Infinity;
  for (let looks = 0; looks < 5; looks += 1) {
    server.signal('SIGUSR2');
    await client.read('/healthz');
    await wait(LOOK_MS);
    least = Math.min(least, await memoryBytes(server.pid));
  }
  return least;
}

/**
 * Removes the folder, even if a server that died has left folders in it that are too deep for `fs.rm` or have unusual
 * modes.
 */
export function removeSoakFolder(folder: string): void {
  spawnSync('chmod', ['-R', 'u+rwX', folder]);
  spawnSync('rm', ['-rf', folder]);
}

export const megabytes = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MB`;
