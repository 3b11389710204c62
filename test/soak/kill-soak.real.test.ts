import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { testPython } from '../python.ts';
import { soak } from './kill-soak.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'soak-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

it.each([
  ['fake kernels', 4, () => 'fake'],
  ['real kernels', 2, testPython],
])(
  'keeps its promises when it is killed, with %s',
  async (_what, rounds, kernel) => {
    const outcomes = await soak({ folder, rounds, kernel: kernel() });
    expect(outcomes['succeeded']).toBeGreaterThan(0);
  },
  240_000,
);
