/**
 * A server to be killed: acquires kernels, lets them start children that try to survive, says so, and waits to be
 * killed.
 */
import { createKernelSupplier } from '../../src/kernel/supplier.ts';

const { python, scripts, kernelName, language, code, poolSize } = JSON.parse(process.argv[2]!) as Record<
  string,
  string
>;
const supplier = await createKernelSupplier({
  python,
  scriptsDirectory: scripts!,
  environment: process.env,
  passEnvironment: ['KERNEL_TEST'],
  poolSize: Number(poolSize),
});
const kernel = await supplier.acquire(
  {
    runId: 'r',
    kernelName,
    language: language!,
    directory: scripts!,
    outputDirectory: scripts!,
    environment: {},
    params: {},
  },
  AbortSignal.timeout(60_000),
);
await kernel.execute(code!, {
  onMessage: (message) => {
    if (message.type === 'error') process.stderr.write(message.value);
  },
});
process.stdout.write('ready\n');
// Never settles: the kernel is busy when its server dies.
await kernel.execute(language === 'bash' ? 'sleep 1000' : 'import time; time.sleep(1000)', {
  onMessage: () => undefined,
});
