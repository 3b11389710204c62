import { expect, it } from 'vitest';
import { renameHint } from '../../../src/domain/kernel/rename-hint.ts';

it('advises where a rename would cross disks, and nowhere else', () => {
  const value = "[Errno 18] Invalid cross-device link: 'a.csv' -> '/out/a.csv'";
  expect(renameHint({ name: 'OSError', value })).toContain('shutil.move');
  expect(renameHint({ name: 'OSError', value: '[Errno 28] No space left on device' })).toBeUndefined();
  expect(renameHint({ name: 'ValueError', value })).toBeUndefined();
});
