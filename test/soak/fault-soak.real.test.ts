import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { FAULTS } from './fault.ts';
import { soakFaults } from './fault-soak.ts';

it('ends runs with every fault in the right way, and holds afterwards what it held before', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'soak-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const { faults } = await soakFaults({ folder, runs: 30, seed: 1 });
  expect([...faults.keys()].sort()).toEqual(FAULTS.map(({ name }) => name).sort());
}, 600_000);
