/** Large files that are hard to read take bounded time and memory. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { LARGE_FILES } from './large.ts';

/** Processor time: on an idle machine all are below 1500. */
const MOST_MS = 5000;
const MOST_BYTES = 250_000_000;
/** Needed at the same time; a reader that needs more dies. On a busy machine, garbage is collected late. */
const HEAP_MB = 100;

it.skipIf(process.platform !== 'linux').each(Object.keys(LARGE_FILES))(
  'a large file with %s (needs Linux)',
  async (name) => {
    const program = join(import.meta.dirname, 'large.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [`--max-old-space-size=${HEAP_MB}`, program, name]);
    const { reading, ms, moreBytes } = JSON.parse(stdout) as { reading: string; ms: number; moreBytes: number };
    expect(['a script', 'a problem']).toContain(reading);
    expect(ms).toBeLessThan(MOST_MS);
    expect(moreBytes).toBeLessThan(MOST_BYTES);
  },
);
