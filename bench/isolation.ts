/** What isolation costs a run: the same run with and without it, in turns. */
import { join } from 'node:path';
import { digits, spread, type Finding } from './finding.ts';
import { inTurns, timed, type Go } from './measure.ts';
import { ask, supply, type Supply } from './supply.ts';

/**
 * The cost of the mount view, the overlay and the control groups. Process namespaces are always used, because they end
 * what a run leaves behind.
 */
const OFF = { isolation: false, groups: false, writable: true };
const CODE = 'print(sum(range(1000)))';

export async function measureIsolation(folder: string, python: string, rounds: number): Promise<Finding[]> {
  const on = await supply(join(folder, 'isolation-on'), { python, poolSize: 1 });
  const off = await supply(join(folder, 'isolation-off'), { python, poolSize: 1, ...OFF });
  try {
    const run = await inTurns(rounds * 6, { on: prepared(on), off: prepared(off) });
    const life = await inTurns(rounds * 3, { on: unprepared(on), off: unprepared(off) });
    const costMs = run.on.medianMs - run.off.medianMs;
    const lifeMs = life.on.medianMs - life.off.medianMs;
    return [
      {
        what: `cost of isolation, from the click to the output of a waiting kernel (${run.on.count} runs)`,
        ours: `${digits(costMs)} ms`,
        peer: `with: ${spread(run.on)}, without: ${spread(run.off)}`,
        aim: '≤ 2 ms',
        met: costMs <= 2,
      },
      {
        what: 'cost of isolation, from the fork of a kernel to its end',
        ours: `${digits(lifeMs)} ms`,
        peer: `with: ${spread(life.on)}, without: ${spread(life.off)}`,
      },
    ];
  } finally {
    await Promise.all([on.supplier.close(), off.supplier.close()]);
  }
}

/** No viewer waits for its end, so that is not timed. */
function prepared(kernels: Supply): Go {
  return async () => {
    await kernels.waiting(1);
    let end = async () => {};
    const ms = await timed(async () => {
      const kernel = await kernels.take();
      end = () => kernel.kill();
      await ask(kernel, CODE);
    });
    await end();
    return ms;
  };
}

/** The kernel that waits is taken first, so that the timed one must be started. */
function unprepared(kernels: Supply): Go {
  return async () => {
    await kernels.waiting(1);
    const first = await kernels.take();
    const ms = await timed(async () => {
      const kernel = await kernels.take();
      await ask(kernel, CODE);
      await kernel.kill();
    });
    await first.kill();
    return ms;
  };
}
