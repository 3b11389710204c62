import { describe, expect, it } from 'vitest';
import { processesWith } from '../../src/system/proc.ts';
import { createBench, say } from './fixture.ts';

/**
 * What a script may do to its own kernel. The fixture checks for processes left behind; the next run must work each
 * time.
 */
const FAULTS = [
  ['closes all its sockets', 'import os; os.closerange(3, 1000); import time; time.sleep(1000)'],
  [
    'leaves a grandchild in a session of its own, and ends',
    'import os, subprocess; subprocess.Popen(["setsid", "sh", "-c", "sleep 1000 & sleep 1000"]); os._exit(5)',
  ],
  [
    'kills all processes that it can reach',
    'import os, subprocess; subprocess.Popen(["sleep", "1000"]); os.kill(-1, 9); os.kill(os.getpid(), 9)',
  ],
] as const;

describe.each(['prefork', 'cold'])('a run whose kernel (%s)', (way) => {
  it.each(FAULTS)('%s ends, and harms no other', async (_what, code) => {
    const bench = await createBench({ poolSize: way === 'cold' ? 0 : 1 });
    const [kernel, neighbour] = await Promise.all([bench.take(), bench.take()]);
    await expect(say(kernel, code)).rejects.toThrow('The kernel died.');
    for (const each of [neighbour, await bench.take()]) expect((await say(each, 'print(1)')).text).toBe('1\n');
  });

  it('is killed has ended with all that it started, before anybody looks at its files', async () => {
    const bench = await createBench({ poolSize: way === 'cold' ? 0 : 1 });
    const kernel = await bench.take();
    const mark = `KERNEL_CHILD=${bench.scripts}`;
    await say(
      kernel,
      `import os, subprocess\nfor _ in range(20): subprocess.Popen(["setsid", "sleep", "1000"], env={**os.environ, "KERNEL_CHILD": ${JSON.stringify(bench.scripts)}})`,
    );
    // one that replaces its program just now has no environment
    await expect.poll(() => processesWith(mark), { timeout: 30_000 }).toHaveLength(20);
    await kernel.kill();
    expect(await processesWith(mark)).toEqual([]);
  });
});
