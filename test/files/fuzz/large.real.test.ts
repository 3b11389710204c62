/** Large files that are hard to read take bounded time and memory. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { LARGE_FILES } from './large.ts';

/** Processor time: on an idle machine all are below 1000. */
const MOST_MS = 5000;
const MOST_BYTES = 200_000_000;

it.skipIf(process.platform !== 'linux').each(Object.keys(LARGE_FILES))(
  'a large file with %s (needs Linux)',
  async (name) => {
    const program = join(import.meta.dirname, 'large.ts');
    const { stdout } = await promisify(execFile)(process.execPath, [program, name]);
    const { reading, ms, moreBytes } = JSON.parse(stdout) as { reading: string; ms: number; moreBytes: number };
    expect(['a script', 'a problem']).toContain(reading);
    expect(ms).toBeLessThan(MOST_MS);
    expect(moreBytes).toBeLessThan(MOST_BYTES);
  },
);
