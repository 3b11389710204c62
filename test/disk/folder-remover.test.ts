import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { measureFolder } from '../../src/disk/folder-measure.ts';
import { removeFolder } from '../../src/disk/folder-removal.ts';
import { createFolderRemover } from '../../src/disk/folder-remover.ts';

const BYTES = 100_000;

function leftByRun(): string {
  const folder = mkdtempSync(join(tmpdir(), 'remover-'));
  onTestFinished(() => removeFolder(folder));
  writeFileSync(join(folder, 'file'), 'x'.repeat(BYTES));
  return folder;
}

test('measures what lies deeper than any path can be, and what nobody may read, but not behind links', async () => {
  const folder = leftByRun();
  const plain = await measureFolder(folder);
  expect(plain).toBeGreaterThanOrEqual(BYTES);
  mkdirSync(join(folder, 'deep'));
  const script =
    'import os\nfor _ in range(200): os.mkdir("x" * 100); os.chdir("x" * 100)\nopen("f", "w").write("x" * 100000)';
  execFileSync('python3', ['-c', script], { cwd: join(folder, 'deep') });
  mkdirSync(join(folder, 'closed'));
  writeFileSync(join(folder, 'closed', 'file'), 'x'.repeat(BYTES));
  chmodSync(join(folder, 'closed'), 0);
  symlinkSync('/usr', join(folder, 'link'));
  const all = await measureFolder(folder);
  expect(all).toBeGreaterThanOrEqual(3 * BYTES);
  expect(all).toBeLessThan(10_000_000);
  expect(await measureFolder(join(folder, 'nothing'))).toBe(0);
  expect(await measureFolder(folder, -1)).toBe(0);
});

test('names a folder that cannot be removed once, counts it, and tries again', async () => {
  const folder = leftByRun();
  const onLeftover = vi.fn<(folder: string, error: unknown) => void>();
  let refusal: Error | undefined = new Error('busy');
  const remover = createFolderRemover({
    onLeftover,
    removal: (path) => (refusal === undefined ? removeFolder(path) : Promise.reject(refusal)),
  });
  onTestFinished(remover.close);
  expect(await remover.remove(folder)).toBe(false);
  expect(await remover.remove(folder)).toBe(false);
  expect(onLeftover.mock.calls).toEqual([[folder, refusal]]);
  expect(remover.leftBytes()).toBeGreaterThanOrEqual(BYTES);
  refusal = undefined;
  expect(await remover.remove(folder)).toBe(true);
  expect(remover.leftBytes()).toBe(0);
  expect(existsSync(folder)).toBe(false);
});

test('lets nobody wait for a removal that takes long, and does not begin it twice', async () => {
  let end: () => void = () => undefined;
  const removal = vi.fn<() => Promise<void>>(() => new Promise((resolve) => (end = resolve)));
  const remover = createFolderRemover({ removal });
  expect(await remover.remove('/x', 1)).toBe(false);
  const again = remover.remove('/x');
  end();
  expect(await again).toBe(true);
  expect(removal).toHaveBeenCalledTimes(1);
  await remover.close();
});
