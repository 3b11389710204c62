import { spawn } from 'node:child_process';
import { expect, it, onTestFinished } from 'vitest';
import { isRunnable } from '../../src/system/proc.ts';

it.each([
  ['computes, as one that waits for a processor', 'for (;;) {}', true],
  ['waits for something else', 'setTimeout(() => {}, 1e9)', false],
])('tells a process that %s', async (_what, code, runnable) => {
  const child = spawn(process.execPath, ['-e', code]);
  onTestFinished(() => void child.kill('SIGKILL'));
  await expect.poll(() => isRunnable(child.pid!), { timeout: 30_000 }).toBe(runnable);
});
