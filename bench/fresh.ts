/** How many fresh, isolated kernels per second can be started, used once and ended. */
import { join } from 'node:path';
import type { Finding } from './finding.ts';
import { digits } from './finding.ts';
import { summary, timed } from './measure.ts';
import { ask, supply, type Supply } from './supply.ts';

const KERNELS = 60;
const AT_ONCE = [2, 4] as const;
const AIM = 40;

export async function measureFresh(folder: string, python: string, rounds: number): Promise<Finding[]> {
  const kernels = await supply(join(folder, 'fresh'), { python, poolSize: 2 });
  try {
    await kernels.waiting(2);
    const findings: Finding[] = [];
    for (const atOnce of AT_ONCE) findings.push(await perSecond(kernels, atOnce, rounds));
    return findings;
  } finally {
    await kernels.supplier.close();
  }
}

async function perSecond(kernels: Supply, atOnce: number, rounds: number): Promise<Finding> {
  const rates: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    let left = KERNELS;
    const one = async () => {
      while (left-- > 0) {
        const kernel = await kernels.take();
        if ((await ask(kernel, 'print(6 * 7)')) !== '42\n') throw new Error('A kernel cannot multiply.');
        await kernel.kill();
      }
    };
    const ms = await timed(() => Promise.all(Array.from({ length: atOnce }, one)));
    if (round > 0) rates.push(KERNELS / (ms / 1000));
  }
  const { medianMs: rate } = summary(rates);
  return {
    what: `fresh isolated kernels: made, asked, ended, ${atOnce} at once`,
    ours: `${digits(rate)} a second`,
    aim: `≥ ${AIM} a second`,
    met: rate >= AIM,
  };
}
