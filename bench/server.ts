/** The product as its users start it: a process of its own over a project folder, on a free port. */
import { spawn, execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../test/free-port.ts';

export const COMMAND = join(import.meta.dirname, '../bin/script-runner.js');
const START_MS = 120_000;

export interface Server {
  readonly url: string;
  /** From the command to the first page. */
  readonly startMs: number;
  readonly pid: number;
  close(): Promise<void>;
}

/** Settles when the first page has been answered; `ready()` of a kernel is asked for apart. Throws with what the server said. */
export async function startServer(project: string, options: { readonly data: string; readonly python: string; readonly pool: number }): Promise<Server> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const start = performance.now();
  const args = [COMMAND, 'serve', project, '--port', String(port), '--data', options.data, '--python', options.python, '--pool', String(options.pool)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stdout.on('data', (chunk) => { said += chunk; });
  child.stderr.on('data', (chunk) => { said += chunk; });
  while (!(await answers(url))) {
    if (child.exitCode !== null || performance.now() - start > START_MS) throw new Error(`The server did not start:\n${said}`);
    await wait(4);
  }
  const startMs = performance.now() - start;
  return {
    url, startMs, pid: child.pid ?? 0,
    close: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

export async function waitUntilReady(url: string): Promise<void> {
  while (!(await answers(`${url}/readyz`))) await wait(20);
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(async (reply) => reply.ok && (await reply.text()) !== '', () => false);
}

/** Megabytes of the process and of all it started, by command name; where Linux tells, pages that several share are divided among them. */
export async function residentMb(pid: number): Promise<ReadonlyMap<string, number>> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,rss=,comm=']);
  const all = stdout.trim().split('\n').map((line) => line.trim().split(/\s+/)).map(([id, parent, rss, name]) => ({ id: Number(id), parent: Number(parent), mb: Number(rss) / 1024, name: name ?? '' }));
  const own = new Set([pid]);
  for (let grown = 0; grown !== own.size;) {
    grown = own.size;
    for (const { id, parent } of all) if (own.has(parent)) own.add(id);
  }
  const sums = new Map<string, number>();
  for (const { id, mb, name } of all) if (own.has(id)) sums.set(name, (sums.get(name) ?? 0) + ((await sharedMb(id)) ?? mb));
  return sums;
}

async function sharedMb(pid: number): Promise<number | undefined> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  const kb = /^Pss:\s+(\d+) kB$/m.exec(text)?.[1];
  return kb === undefined ? undefined : Number(kb) / 1024;
}
