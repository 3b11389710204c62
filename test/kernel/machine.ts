/** Runs in the small machine of `group2.real.test.ts`: crosses each bound and says what came of it, one line. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findGroupPlaces } from '../../src/kernel/control-group.ts';
import { KernelDiedError } from '../../src/domain/kernel.ts';
import { NO_LIMITS } from '../../src/kernel/guard-plan.ts';
import { createKernelSupplier } from '../../src/kernel/supplier.ts';

const MB = 1024 * 1024;
const root = mkdtempSync(join(tmpdir(), 'machine-'));
const limits = { ...NO_LIMITS, memoryBytes: 200 * MB, processes: 80, processors: 0.2 };
const supplier = await createKernelSupplier({ python: process.env['SCRIPT_RUNNER_PYTHON'], scriptsDirectory: root, environment: process.env, poolSize: 0, limits });
let count = 0;

async function trial(code: string): Promise<{ text?: string; death?: object }> {
  const outputDirectory = `${root}/${(count += 1)}`;
  mkdirSync(outputDirectory);
  const kernel = await supplier.acquire({ runId: String(count), kernelName: undefined, language: 'python', directory: root, outputDirectory, environment: {}, params: {} }, AbortSignal.timeout(120_000));
  let text = '';
  try {
    await kernel.execute(code, { onMessage: (message) => { if (message.type === 'stream') text += message.text; } });
    return { text };
  } catch (error) {
    if (!(error instanceof KernelDiedError)) throw error;
    return { death: error.death.limit ?? error.death };
  } finally {
    await kernel.kill();
  }
}

const places = await findGroupPlaces();
const found = {
  controllers: readFileSync('/sys/fs/cgroup/cgroup.controllers', 'utf8').trim().split(' '), places,
  own: await trial('print(open("/proc/self/cgroup").read())'),
  memory: await trial('hog = []\nwhile True: hog.append(bytearray(b"x" * 20_000_000))'),
  processes: await trial('import os, time\nwhile True:\n    try: os.fork()\n    except OSError: time.sleep(0.01)'),
  share: await trial('import time\nbegin, used = time.monotonic(), time.process_time()\nwhile time.monotonic() - begin < 2: pass\nprint((time.process_time() - used) / (time.monotonic() - begin))'),
  left: places.flatMap(({ path }) => readdirSync(path).filter((name) => name.startsWith('script-runner-k-'))),
};
await supplier.close();
console.log(`FOUND ${JSON.stringify(found)}`);
