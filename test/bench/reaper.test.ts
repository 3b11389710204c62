import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const REAPER = join(import.meta.dirname, '../../bench/reaper.ts');
/** Starts a program in a session of its own, as Jupyter starts kernels, and prints its process id. */
const PROGRAM = `
  import { spawn } from 'node:child_process';
  const { endWithThisProcess } = await import(process.argv[1]);
  endWithThisProcess(process.argv[2]);
  const child = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
  child.once('spawn', () => console.log(child.pid));
`;

const isRunning = (pid: number) =>
  existsSync(`/proc/${pid}`) && !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));

it.skipIf(process.platform !== 'linux')('what a killed benchmark has started ends with it (needs Linux)', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'reaper-'));
  const bench = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, REAPER, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = (await once(bench.stdout, 'data')) as [Buffer];
  const pid = Number(said.toString());
  expect(isRunning(pid)).toBe(true);
  bench.kill('SIGKILL');
  await expect.poll(() => isRunning(pid)).toBe(false);
  await expect.poll(() => existsSync(folder)).toBe(false);
});
