import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readHostile } from './hostile.ts';
import { soakHostile } from './hostile-soak.ts';
import { removeSoakFolder } from './soaked-server.ts';

it('runs every hostile notebook once, answers throughout, and holds afterwards what it held before', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'soak-'));
  onTestFinished(() => {
    removeSoakFolder(folder);
  });
  // Floods are run one by one in flood-bound.real.test.ts.
  const only = (await readHostile()).map(({ name }) => name).filter((name) => !name.startsWith('flood-'));
  const { runs } = await soakHostile({ folder, minutes: 0, seed: 1, only });
  expect(runs).toBeGreaterThanOrEqual(only.length);
}, 900_000);
