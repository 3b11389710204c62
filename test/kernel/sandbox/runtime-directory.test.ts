/** What the sweep removes, and what it leaves alone. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
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
