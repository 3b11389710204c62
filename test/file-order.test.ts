import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SLOWEST } from './file-order.ts';

it('names files that exist, each once', () => {
  const root = join(import.meta.dirname, '..');
  expect(SLOWEST.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  expect(new Set(SLOWEST).size).toBe(SLOWEST.length);
});
