import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { makeProject, notebook } from '../end-to-end/project.ts';
import { testPython } from '../python.ts';
import { useDaemons } from './daemon.ts';

const UNIT = resolve('deploy/script-runner.service');
const hasSystemd = ['systemd-analyze', 'systemd-notify'].every((name) => existsSync(join('/usr/bin', name)));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'service-'));
});
const daemons = useDaemons(afterEach, () => rmSync(folder, { recursive: true }));

it.runIf(hasSystemd)('the unit is one that systemd takes (needs systemd)', () => {
  const unit = join(folder, 'script-runner.service');
  writeFileSync(
    unit,
    readFileSync(UNIT, 'utf8').replace('/opt/script-runner/bin/script-runner.js', resolve('bin/script-runner.js')),
  );
  const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', unit], { encoding: 'utf8' });
  expect(stderr.split('\n').filter((line) => line.includes('script-runner.service'))).toEqual([]);
  expect(status).toBe(0);
});

it.runIf(hasSystemd)('tells systemd that it is ready, lives and stops (needs systemd)', async () => {
  const socket = join(folder, 'notify');
  const listen = `import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind(sys.argv[1]); print("bound", flush=True)
while True: print(s.recv(4096).decode(), flush=True)`;
  const listener = spawn(testPython(), ['-c', listen, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
  let heard = '';
  listener.stdout.on('data', (chunk) => {
    heard += String(chunk);
  });
  const project = makeProject({ 'scripts/a.ipynb': notebook('1') });
  try {
    await expect.poll(() => heard).toContain('bound');
    const daemon = await daemons.start('serve', project.folder, {
      environment: { NOTIFY_SOCKET: socket, WATCHDOG_USEC: '200000' },
    });
    for (const word of ['READY=1', 'WATCHDOG=1']) await expect.poll(() => heard, { timeout: 20_000 }).toContain(word);
    daemon.signal('SIGTERM');
    await expect.poll(() => heard, { timeout: 20_000 }).toContain('STOPPING=1');
    expect((await daemon.ended).code).toBe(0);
    expect(daemon.said()).not.toMatch(/token=[\w-]{20}/);
  } finally {
    listener.kill();
    await once(listener, 'exit');
    project.remove();
  }
});
