import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sweepRunFolders } from '../../../src/cli/run/run-folder.ts';
import { lockFolder } from '../../../src/store/lock.ts';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'sweep-'));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(base, { recursive: true, force: true });
});

test('the folder of a killed run is removed, those of others stay', async () => {
  for (const name of ['run-living', 'run-killed', 'run-starts', 'run-notebooks', 'k-Ab12Cd'])
    mkdirSync(join(base, `script-runner-${name}`));
  const unlock = lockFolder(join(base, 'script-runner-run-living'));
  lockFolder(join(base, 'script-runner-run-killed'))();
  mkdirSync(join(base, 'script-runner-run-killed/work'));
  writeFileSync(join(base, 'script-runner-run-killed/secret.key'), 'key');
  symlinkSync(join(base, 'script-runner-run-living'), join(base, 'script-runner-run-linked'));
  await sweepRunFolders(base);
  expect(readdirSync(base).sort()).toEqual(
    ['k-Ab12Cd', 'run-linked', 'run-living', 'run-notebooks', 'run-starts'].map((name) => `script-runner-${name}`),
  );
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
  await sweepRunFolders(base);
  expect(existsSync(join(base, 'script-runner-run-starts'))).toBe(false);
  expect(existsSync(join(base, 'script-runner-run-living/lock.db'))).toBe(true);
  unlock();
});
