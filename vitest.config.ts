import { defineConfig } from 'vitest/config';

// unit: pure, runs in seconds. real: real kernels, databases, servers and browsers (`*.real.test.ts`).
export default defineConfig({
  test: {
    allowOnly: false,
    projects: [
      { test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: ['test/**/*.real.test.ts', 'node_modules/**'], testTimeout: 60_000 } },
      { test: { name: 'real', include: ['test/**/*.real.test.ts'], testTimeout: 60_000, hookTimeout: 120_000 } },
    ],
  },
});
