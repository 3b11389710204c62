/** A low limit of open files, set by `prlimit`. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { run } from '../end-to-end/client.ts';
import { makeProject, notebook } from '../end-to-end/project.ts';
import { useDaemons } from './daemon.ts';

const hasPrlimit = spawnSync('prlimit', ['--version']).status === 0;

let project: ReturnType<typeof makeProject> | undefined;
const daemons = useDaemons(afterEach, () => project?.remove());

it.runIf(hasPrlimit)('does not start where too few may be open, and says what would help (needs prlimit)', () => {
  project = makeProject({ 'scripts/a.ipynb': notebook('1') });
  const { status, stderr } = spawnSync(
    'prlimit',
    [
      '--nofile=64',
      process.execPath,
      join(import.meta.dirname, '../../src/cli/main.ts'),
      'serve',
      project.folder,
      '--port',
      '0',
    ],
    { encoding: 'utf8' },
  );
  expect(stderr).toMatch(
    /^This process may have 64 files open at once, and the server needs 256\. Raise the limit with ulimit -n 4096/,
  );
  expect(status).toBe(1);
});

it.runIf(hasPrlimit)(
  'lives through a flood of connections and through having no more files, and recovers (needs prlimit)',
  async () => {
    project = makeProject({ 'scripts/a.ipynb': notebook('print("ran")') });
    const sockets: Socket[] = [];
    try {
      const daemon = await daemons.start('serve', project.folder, { wrapper: ['prlimit', '--nofile=300'] });
      const { hostname, port } = new URL(daemon.url);
      const closed = { count: 0 };
      for (let each = 0; each < 400; each += 1) {
        sockets.push(
          connect(Number(port), hostname)
            .on('error', () => {})
            .on('close', () => {
              closed.count += 1;
            }),
        );
      }
      await expect.poll(() => closed.count, { timeout: 20_000 }).toBeGreaterThan(200);
      for (const socket of sockets) socket.destroy();
      await expect
        .poll(async () => (await run(daemon.url, 'a').catch((error: unknown) => ({ status: String(error) }))).status, {
          timeout: 60_000,
        })
        .toBe('succeeded');

      // Enough for the request itself, too few for one more kernel.
      const few = readdirSync(`/proc/${daemon.pid}/fd`).length + 20;
      spawnSync('prlimit', ['--pid', String(daemon.pid), `--nofile=${few}:300`]);
      await expect(run(daemon.url, 'a')).rejects.toThrow(
        new RegExp(`503 .*The server has \\d+ files open, and may have ${few}\\.`),
      );
      spawnSync('prlimit', ['--pid', String(daemon.pid), '--nofile=300:300']);
      expect((await run(daemon.url, 'a')).status).toBe('succeeded');
      daemon.signal('SIGTERM');
      expect(await daemon.ended).toEqual({ code: 0, signal: null });
    } finally {
      for (const socket of sockets) socket.destroy();
    }
  },
);
