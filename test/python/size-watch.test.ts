import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { withinSize } from '../../src/python/size-watch.ts';

function bounds() {
  const disk = mkdtempSync(join(tmpdir(), 'size-'));
  onTestFinished(() => rmSync(disk, { recursive: true }));
  const folder = join(disk, 'built');
  mkdirSync(folder);
  const grow = () => writeFileSync(join(folder, 'large'), Buffer.alloc(2_000_000, 'x'));
  return { disk, folder, grow, limitBytes: 1_000_000, reserveBytes: 0 };
}
const never = new AbortController().signal;
/** As a build that takes long. */
const untilAborted = (signal: AbortSignal) =>
  new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

test('stops a build while it grows too large, and refuses one that has', async () => {
  const { grow, ...given } = bounds();
  const growing = withinSize(given, never, (signal) => {
    grow();
    return untilAborted(signal);
  });
  await expect(growing).rejects.toThrow(/^It takes more than 1 MB, .*\(environments_limit\)\.$/);
  await expect(withinSize(given, never, async () => 'built')).rejects.toThrow(/^It takes more than 1 MB/);
  rmSync(join(given.folder, 'large'));
  expect(await withinSize(given, never, async () => 'built')).toBe('built');
});

test('stops a build that leaves too little of the disk free', async () => {
  const { grow: _grow, ...given } = bounds();
  await expect(withinSize({ ...given, reserveBytes: 1e18 }, never, untilAborted)).rejects.toThrow(/disk_reserve/);
});

test('stops for the reason of the caller', async () => {
  const { grow: _grow, ...given } = bounds();
  const stop = new AbortController();
  const waiting = withinSize(given, stop.signal, untilAborted);
  stop.abort(new Error('The server is stopping.'));
  await expect(waiting).rejects.toThrow('The server is stopping.');
});
