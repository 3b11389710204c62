import { expect, it } from 'vitest';
import { createBench, say } from './fixture.ts';
import { created, take, taken } from './snapshot-fixture.ts';

const LARGE = 'kept = bytearray(b"x" * 80_000_000)';

it.each([
  ['started cold', 0],
  ['forked', 1],
])('the memory of a kernel that was %s is that of all it started', async (_, poolSize) => {
  const { supplier, take: taking } = await createBench({ poolSize });
  const [small, large] = [await taking({ runId: 'small' }), await taking({ runId: 'large' })];
  await say(
    large,
    `import subprocess, sys\nchild = subprocess.Popen([sys.executable, "-c", '${LARGE}; print(1, flush=True); input()'], stdin=-1, stdout=-1)\nchild.stdout.readline()\n${LARGE}`,
  );
  const [first, second] = await Promise.all([supplier.memory?.(), supplier.memory?.()]);
  expect([...(first?.keys() ?? [])].sort()).toEqual(['large', 'small']);
  expect(second).toEqual(first);
  expect(first?.get('large')).toBeGreaterThan(160_000_000);
  expect(first?.get('small')).toBeGreaterThan(1_000_000);
  expect(first?.get('small')).toBeLessThan(80_000_000);
  await Promise.all([small.kill(), large.kill()]);
  expect(await supplier.memory?.()).toEqual(new Map());
});

it('the memory of a snapshot is its own, that of its kernels theirs', async () => {
  const bench = await created();
  const prefix = await taken(bench, [LARGE]);
  const kernel = await take(bench, prefix, { runId: 'run' });
  await say(kernel, 'more = bytearray(b"y" * 50_000_000)');
  const parent = (await bench.supplier.status?.())?.parents.find(({ script }) => script === 'sales');
  expect(parent).toMatchObject({ imports: [], memoryBytes: expect.any(Number) });
  expect(parent?.memoryBytes).toBeGreaterThan(20_000_000);
  expect((await bench.supplier.memory?.())?.get('run')).toBeGreaterThan(50_000_000);
});
