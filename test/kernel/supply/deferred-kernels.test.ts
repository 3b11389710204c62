import { expect, test } from 'vitest';
import { deferredKernels } from '../../../src/kernel/supply/deferred-kernels.ts';
import type { KernelSupplier } from '../../../src/domain/kernel/kernel.ts';
import { createTestApp } from '../../app/test-app.ts';
import { fakeKernels } from '../../app/fake-kernel.ts';

test('a run waits unclaimed, and spends none of its time, until its kernels are there', async () => {
  const coming = Promise.withResolvers<KernelSupplier>();
  const kernels = deferredKernels(coming.promise, 'being prepared');
  const testApp = await createTestApp(['1'], {}, { kernels });
  const run = await testApp.submit();
  testApp.work();
  await testApp.ctx.runs.position(run.id);
  expect(await testApp.ctx.runs.find(run.id)).toMatchObject({ status: 'queued', attempt: 0 });
  expect(kernels.whenReady?.()).toBeDefined();
  coming.resolve(fakeKernels({}, []));
  await testApp.log(run);
  expect(await testApp.ctx.runs.find(run.id)).toMatchObject({ status: 'succeeded', attempt: 1 });
  expect(kernels.whenReady?.()).toBeUndefined();
});
