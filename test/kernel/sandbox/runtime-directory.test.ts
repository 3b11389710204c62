/** What the sweep removes, and what it leaves alone. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  createRuntimeDirectory,
  RUNTIME_VARIABLE,
  sweepLeftovers,
} from '../../../src/kernel/sandbox/runtime-directory.ts';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'sweep-'));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(base, { recursive: true, force: true });
});

test('folders of living servers and of other people stay, however old', async () => {
  const living = await createRuntimeDirectory(base);
  for (const name of [
    'script-runner-notebooks',
    'script-runner-run-abc123',
    'script-runner-k-abandoned',
    'script-runner-k-Ab12Cd',
  ])
    mkdirSync(join(base, name));
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
  expect(await sweepLeftovers([], base)).toBe(1);
  const left = readdirSync(base);
  expect(left).toEqual(
    expect.arrayContaining(['script-runner-notebooks', 'script-runner-run-abc123', 'script-runner-k-abandoned']),
  );
  expect(left).not.toContain('script-runner-k-Ab12Cd');
  expect(left).toHaveLength(4);
  await living.close();
});

test('a folder is removed when nothing uses it, and the end of the server waits for that', async () => {
  const runtime = await createRuntimeDirectory(base);
  const folder = await runtime.next();
  const use = Promise.withResolvers<void>();
  const removal = runtime.remove(folder, use.promise);
  const closed = runtime.close();
  await runtime.remove(await runtime.next());
  expect(existsSync(folder)).toBe(true);
  use.resolve();
  await removal;
  expect(existsSync(folder)).toBe(false);
  await closed;
  expect(readdirSync(base)).toEqual([]);
});

test('no more than 32 folders wait to be removed: the next kernel waits for one of them', async () => {
  const runtime = await createRuntimeDirectory(base);
  const use = Promise.withResolvers<void>();
  for (let count = 0; count < 32; count++) void runtime.remove(await runtime.next(), use.promise);
  let hasFolder = false;
  const next = runtime.next().then(() => {
    hasFolder = true;
  });
  await createRuntimeDirectory(base).then(({ close }) => close()); // file system calls take their turn
  expect(hasFolder).toBe(false);
  use.resolve();
  await next;
  await runtime.close();
});

test.skipIf(process.platform !== 'linux')(
  'processes of a dead server end, whatever its folder is called, needs Linux',
  async () => {
    const folder = join(base, 'für später');
    const dead = join(folder, 'script-runner-k-Ab12Cd');
    mkdirSync(dead, { recursive: true });
    const left = spawn('sleep', ['1000'], { env: { ...process.env, [RUNTIME_VARIABLE]: dead }, stdio: 'ignore' });
    const ended = once(left, 'exit');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
    expect(await sweepLeftovers([], folder)).toBe(1);
    expect(await ended).toEqual([null, 'SIGKILL']);
  },
);
