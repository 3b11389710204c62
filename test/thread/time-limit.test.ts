import { describe, expect, it } from 'vitest';
import { createTimeLimit } from '../../src/thread/time-limit.ts';

const work = (ms: number) => {
  const { user, system } = process.threadCpuUsage();
  for (let used = process.threadCpuUsage(); used.user + used.system < user + system + ms * 1_000;)
    used = process.threadCpuUsage();
  return 'done';
};
const sleep = (ms: number) => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  return 'done';
};

describe('a time limit', () => {
  it('ends a part that takes too long, and goes on with the next', () => {
    const attempt = createTimeLimit({ partMs: 50, totalMs: 60_000 });
    expect(
      attempt(() => {
        for (;;);
      }),
    ).toBeUndefined();
    expect(attempt(() => 'next')).toBe('next');
  });

  it('lets errors pass', () => {
    const attempt = createTimeLimit({ partMs: 60_000, totalMs: 60_000 });
    expect(() =>
      attempt(() => {
        throw new Error('its own');
      }),
    ).toThrow('its own');
  });

  it('tries no more parts once they have worked for too long together', () => {
    const attempt = createTimeLimit({ partMs: 60_000, totalMs: 200 });
    // on a busy machine some end before they have worked for long
    const ends = Array.from({ length: 100 }, () => attempt(() => work(80)));
    expect(ends.filter((end) => end === 'done').length).toBeLessThanOrEqual(2);
    expect(ends.at(-1)).toBeUndefined();
  });

  it('does not count the time in which a part does not work', () => {
    const attempt = createTimeLimit({ partMs: 60_000, totalMs: 5_000 });
    for (let times = 0; times < 8; times += 1) expect(attempt(() => sleep(10))).toBe('done');
    const busy = createTimeLimit({ partMs: 60_000, totalMs: 300 });
    for (let times = 0; times < 8; times += 1) expect(busy(() => sleep(60))).toBe('done');
  });
});
