import { spawn } from 'node:child_process';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { watchHeartbeat } from '../../../src/kernel/process/heartbeat.ts';
import { isRunnable } from '../../../src/system/proc.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

function watched(pid: number) {
  const asked: ((beats: boolean) => void)[] = [];
  const kill = vi.fn(async () => undefined);
  const stop = watchHeartbeat({
    client: { beats: () => new Promise<boolean>((resolve) => void asked.push(resolve)) },
    supervisor: { pid: () => pid },
    kill,
  });
  onTestFinished(stop);
  vi.advanceTimersByTime(500);
  return { asked, kill, stop };
}

it('leaves a kernel alone that has taken its run while its answer was awaited', async () => {
  const { asked, kill, stop } = watched(0);
  stop();
  asked[0]?.(false);
  await new Promise(setImmediate);
  expect([asked.length, kill.mock.calls.length]).toEqual([1, 0]);
});

it('leaves a kernel alone that answers', async () => {
  const { asked, kill } = watched(0);
  asked[0]?.(true);
  await new Promise(setImmediate);
  expect([asked.length, kill.mock.calls.length]).toEqual([1, 0]);
});

it('ends a kernel that does not answer though nothing keeps it from that', async () => {
  const sleeping = spawn('sleep', ['1000']);
  onTestFinished(() => void sleeping.kill('SIGKILL'));
  await expect.poll(() => isRunnable(sleeping.pid!), { timeout: 30_000 }).toBe(false);
  const { asked, kill } = watched(sleeping.pid!);
  asked[0]?.(false);
  await expect.poll(() => kill.mock.calls.length, { timeout: 30_000 }).toBe(1);
});

it('asks a kernel again that waits for a processor, for a minute', async () => {
  const busy = spawn('sh', ['-c', 'while :; do :; done']);
  onTestFinished(() => void busy.kill('SIGKILL'));
  const { asked, kill } = watched(busy.pid!);
  asked[0]?.(false);
  await expect.poll(() => asked.length, { timeout: 30_000 }).toBe(2);
  expect(kill).not.toHaveBeenCalled();
  vi.advanceTimersByTime(60_000);
  asked[1]?.(false);
  await expect.poll(() => kill.mock.calls.length, { timeout: 30_000 }).toBe(1);
});
