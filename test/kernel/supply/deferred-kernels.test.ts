import { expect, test } from 'vitest';
import { laterKernels } from '../../../src/kernel/supply/deferred-kernels.ts';
import type { KernelSupplier } from '../../../src/domain/kernel/kernel.ts';
import { createStand } from '../../app/fixture.ts';
import { playedKernels } from '../../app/played-kernel.ts';

test('a run waits unclaimed, and spends none of its time, until its kernels are there', async () => {
  const coming = Promise.withResolvers<KernelSupplier>();
  const kernels = laterKernels(coming.promise, 'being prepared');
  const stand = await createStand(['1'], {}, { kernels });
  const run = await stand.submit();
  stand.work();
  await stand.ctx.runs.position(run.id);
  expect(await stand.ctx.runs.find(run.id)).toMatchObject({ status: 'queued', attempt: 0 });
  expect(kernels.arriving?.()).toBeDefined();
  coming.resolve(playedKernels({}, []));
  await stand.log(run);
  expect(await stand.ctx.runs.find(run.id)).toMatchObject({ status: 'succeeded', attempt: 1 });
  expect(kernels.arriving?.()).toBeUndefined();
});
