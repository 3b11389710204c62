import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { findGroupPlaces } from '../../src/kernel/sandbox/cgroup.ts';
import { processesWith } from '../../src/system/proc.ts';
import { createKernelSupplier } from '../../src/kernel/supplier.ts';
import { testPython } from '../python.ts';
import { BASH_PACKAGES, bashKernel } from './bash-kernel.ts';

const PYTHON_CHILDREN =
  'import subprocess; subprocess.Popen(["setsid", "sh", "-c", "sleep 1000 & sleep 1000"], start_new_session=True); subprocess.Popen(["sleep", "1000"])';
const BASH_CHILDREN = 'setsid sh -c "sleep 1000 & sleep 1000" & sleep 1000 &';

/** Starts the doomed server, waits until its kernel and children run, and kills it as `kill -9` does. */
async function killServer(details: Record<string, string>): Promise<{ root: string; before: number }> {
  const root = await mkdtemp(join(tmpdir(), 'kernel-death-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const program = fileURLToPath(new URL('doomed-server.ts', import.meta.url));
  const options = { python: testPython(), scripts: root, poolSize: '0', ...details };
  const server = spawn(process.execPath, [program, JSON.stringify(options)], {
    env: {
      ...process.env,
      KERNEL_TEST: root,
      ...(details['data'] === undefined ? {} : { JUPYTER_PATH: details['data'] }),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = (await Promise.race([once(server.stdout, 'data'), once(server, 'exit')])) as [unknown];
  expect(String(said)).toBe('ready\n');
  const before = (await processesWith(`KERNEL_TEST=${root}`)).length;
  const exited = once(server, 'exit');
  server.kill('SIGKILL');
  await exited;
  return { root, before };
}

const nothingLives = (root: string) =>
  vi.waitFor(async () => expect(await processesWith(`KERNEL_TEST=${root}`)).toEqual([]), {
    timeout: 10_000,
    interval: 20,
  });

describe('a server killed by kill -9', () => {
  it('takes its kernels with it, their children, and those that wait', async () => {
    const { root, before } = await killServer({ language: 'python', code: PYTHON_CHILDREN, poolSize: '1' });
    expect(before).toBeGreaterThanOrEqual(5);
    await nothingLives(root);
  });

  it.skipIf(BASH_PACKAGES === undefined)('takes a kernel of another language with it, needs bash_kernel', async () => {
    const { root, before } = await killServer({
      language: 'bash',
      kernelName: 'bash',
      code: BASH_CHILDREN,
      data: await bashKernel(),
    });
    expect(before).toBeGreaterThanOrEqual(5);
    await nothingLives(root);
  });

  it('has its leftovers swept by the next one', async () => {
    // A folder of its own: servers of other tests use the common one.
    const base = await mkdtemp('/tmp/sr-');
    onTestFinished(() => rm(base, { recursive: true }));
    vi.stubEnv('TMPDIR', base);
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    const folders = async () => (await readdir(base)).filter((name) => name.startsWith('script-runner-k-'));
    const { root } = await killServer({ language: 'python', code: '1' });
    await nothingLives(root);
    expect(await folders()).toHaveLength(1);
    const places = await findGroupPlaces();
    const group = async (server: string) =>
      Promise.all(
        places.map(async ({ path }) => {
          await mkdir(join(path, server));
          return join(path, server);
        }),
      );
    const [left, foreign] = [await group(`${(await folders())[0]}.99`), await group('script-runner-k-Others.1')];
    onTestFinished(async () => {
      for (const path of foreign) await rmdir(path);
    });
    const next = await createKernelSupplier({ python: undefined, scriptsDirectory: root, environment: {} });
    await next.close();
    expect(await folders()).toEqual([]);
    expect(left.filter(existsSync)).toEqual([]);
    expect(
      foreign.filter((path) => !existsSync(path)),
      'groups of a server with another folder for temporary files',
    ).toEqual([]);
  });
});
