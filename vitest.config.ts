import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { COMPILE_CACHE } from './setup/node.js';
import { SlowestFirst } from './test/file-order.ts';

// unit: pure, runs in seconds. real: real kernels, databases, servers and browsers (`*.real.test.ts`).
// Pure tests share their workers (no isolation): twice as quick.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  throw new Error(
    `Tests need Node 22.18 or later, this is ${process.versions.node}. Use npm test, npm run check or npx vitest: they bring their own.`,
  );
}

// Workers, and the threads and programs that tests start, keep what was compiled: these start in half the time.
process.env['NODE_COMPILE_CACHE'] ??= COMPILE_CACHE;

// The time that a busy machine may need decides no test.
const expectOptions = { poll: { timeout: 30_000 } };

export default defineConfig({
  test: {
    allowOnly: false,
    // Tests wait for half of their time: even two processors have room for two files at once, and Vitest would run one.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    sequence: { sequencer: SlowestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          isolate: false,
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.real.test.ts', 'node_modules/**'],
          testTimeout: 60_000,
          expect: expectOptions,
        },
      },
      {
        test: {
          name: 'real',
          include: ['test/**/*.real.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          expect: expectOptions,
        },
      },
    ],
  },
});
