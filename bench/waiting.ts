/** The memory of a waiting kernel that has pandas loaded, with its two supervisors. */
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { bounded, type Finding } from './finding.ts';
import { family, listProcesses, memoryOf } from './memory.ts';
import { supply } from './supply.ts';
import { until } from './until.ts';

const COUNT = 4;
const IMPORTS = ['pandas'];
const REST_MS = 3_000;

export async function measureWaiting(folder: string, python: string): Promise<Finding[]> {
  const { supplier, take, waiting } = await supply(join(folder, 'waiting'), { python, poolSize: COUNT });
  try {
    supplier.prepare?.([IMPORTS]);
    await until(
      'a fork server with pandas',
      async () => (await supplier.status?.())?.parents.some(({ imports }) => imports.includes('pandas')) === true,
    );
    // A fork server keeps as many kernels waiting as runs have used recently.
    for (const kernel of await Promise.all(Array.from({ length: COUNT }, () => take(IMPORTS)))) await kernel.kill();
    await waiting(2 * COUNT);
    await wait(REST_MS);
    const all = await listProcesses();
    const parent = all.find(
      ({ parent, command }) =>
        parent === process.pid && command.includes('fork_server.py') && command.includes('pandas'),
    );
    const kernels = family(parent?.pid ?? NaN, all).filter(({ pid }) => pid !== parent?.pid);
    const [each, whole] = [await memoryOf(kernels), await memoryOf(parent === undefined ? [] : [parent])];
    return [
      {
        ...bounded(
          `a kernel that waits with pandas loaded (${COUNT} of them): memory of its own`,
          each.privateMb / COUNT,
          'MB',
          30,
        ),
        peer: `with its share of what is shared: ${(each.dividedMb / COUNT).toFixed(0)} MB; the fork server: ${whole.dividedMb.toFixed(0)} MB`,
      },
    ];
  } finally {
    await supplier.close();
  }
}
