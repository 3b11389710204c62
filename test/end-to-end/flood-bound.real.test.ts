/**
 * Notebooks flood the server in every way: what it keeps, and the memory it takes, are limited. The memory is the peak
 * of the server's process, minus what it had before.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startDaemon, type Daemon } from '../cli/daemon.ts';
import { peakBytes, resetPeak } from '../soak/resource-count.ts';
import { read, run } from './client.ts';
import { makeProject } from './project.ts';

const MB = 1024 * 1024;
const FLOODS = join(import.meta.dirname, '../hostile');
const OUTPUT_MB = 20;
/** What the report says about what was left out. */
const NOTICES: Readonly<Record<string, readonly string[]>> = {
  'flood-changes': ['The output was cut off here'],
  'flood-depth': ['nested too deeply', 'the end'],
  'flood-frames': ['the end'],
  'flood-message': ['An output of 210 MB is not shown', 'An output of 268 MB is not shown', 'the end'],
  'flood-unknown': ['the end'],
};
const files = readdirSync(FLOODS).filter((name) => name.startsWith('flood-'));
const project = makeProject(
  Object.fromEntries(files.map((name) => [`scripts/${name}`, readFileSync(join(FLOODS, name), 'utf8')])),
);
const data = mkdtempSync(join(tmpdir(), 'flood-data-'));

const peakMb = async ({ pid }: Daemon) => (await peakBytes(pid)) / MB;

/** The memory that the server has now, in MB; the peak is measured from here on. */
async function idleMb(server: Daemon): Promise<number> {
  await resetPeak(server.pid);
  return peakMb(server);
}

function databaseMb(): number {
  const names = readdirSync(data).filter((name) => name.startsWith('runs.db'));
  return names.reduce((sum, name) => sum + statSync(join(data, name)).size, 0) / MB;
}

describe('a notebook that floods the server', () => {
  let server: Daemon;
  /** Of the run, by the name of its notebook. */
  const ids = new Map<string, string>();
  beforeAll(async () => {
    server = await startDaemon(project.folder, [
      '--data',
      data,
      '--output-limit',
      `${OUTPUT_MB}MB`,
      '--output-count',
      '2000',
      '--memory-limit',
      '3GB',
    ]);
    await run(server.url, 'flood-frames');
  }, 120_000);
  afterAll(async () => {
    server.signal('SIGTERM');
    await server.ended;
    project.remove();
    rmSync(data, { recursive: true, force: true });
  });

  test.each(files.map((name) => basename(name, '.py')))(
    '%s',
    async (name) => {
      const idle = await idleMb(server);
      const before = databaseMb();
      const startMs = performance.now();
      const made = await run(server.url, name);
      ids.set(name, made.id);
      const tookMs = performance.now() - startMs;
      const report = await read(`${server.url}/api/v1/runs/${made.id}/report`);
      const peak = (await peakMb(server)) - idle;
      const kept = databaseMb() - before;
      const list = await read(`${server.url}/api/v1/runs?limit=200`);
      console.log(
        `${name}: ${made.outcome?.type}, ${Math.round(tookMs)} ms, ${Math.round(idle)} +${Math.round(peak)} MB, database +${Math.round(kept)} MB, list ${list.length} characters`,
      );
      const source = readFileSync(join(FLOODS, `${name}.py`), 'utf8');
      expect(source).toContain(`outcomes: [${made.outcome?.type}]`);
      for (const text of NOTICES[name] ?? []) expect(report).toContain(text);
      expect(JSON.stringify(made.outcome).length).toBeLessThan(5_000);
      expect(peak).toBeLessThan(300);
      expect(kept).toBeLessThan(3 * OUTPUT_MB);
      expect(list.length).toBeLessThan(2 * MB);
      expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    },
    120_000,
  );

  test('has readers who do not read', async () => {
    const id = ids.get('flood-streams') ?? (await run(server.url, 'flood-streams')).id;
    const idle = await idleMb(server);
    const { hostname, port } = new URL(server.url);
    const sockets: Socket[] = [];
    try {
      for (let reader = 0; reader < 80; reader += 1) {
        const socket = connect(Number(port), hostname);
        sockets.push(socket);
        socket.pause().on('error', () => undefined);
        const path = reader % 2 === 0 ? `/api/v1/runs/${id}/events` : `/runs/${id}/live?after=1`;
        socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      }
      // All of them are being served once another client, which reads, has the whole log.
      await read(`${server.url}/api/v1/runs/${id}/events`);
      await read(`${server.url}/runs/${id}/live?after=1`).catch(() => undefined);
      const peak = (await peakMb(server)) - idle;
      console.log(`80 readers: +${Math.round(peak)} MB`);
      expect(peak).toBeLessThan(300);
    } finally {
      for (const socket of sockets) socket.destroy();
    }
  }, 120_000);
});
