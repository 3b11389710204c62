/** Where Linux can, a process that is forked often lies in large pages. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { release } from 'node:os';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { PYTHON_DIRECTORY } from '../../src/kernel/sandbox/supervisor.ts';
import { testPython } from '../python.ts';

const PROGRAM = `
import sys
sys.path.insert(0, ${JSON.stringify(PYTHON_DIRECTORY)})
from script_runner_kernel.fork.huge_page import gather_memory

def large():
    with open("/proc/self/smaps_rollup") as file:
        return sum(int(line.split()[1]) for line in file if line.startswith("AnonHugePages:"))

kept = [str(number) * 20 for number in range(200_000)]
before = large()
gather_memory()
print(before, large(), kept == [str(number) * 20 for number in range(200_000)])
`;

/** MADV_COLLAPSE came with Linux 6.1. */
async function isAble(): Promise<boolean> {
  const [major = 0, minor = 0] = release().split('.').map(Number);
  const setting = await readFile('/sys/kernel/mm/transparent_hugepage/enabled', 'utf8').catch(() => '[never]');
  return (major > 6 || (major === 6 && minor >= 1)) && !setting.includes('[never]');
}

it('gathers its memory in large pages where Linux can, and keeps what is in it', async () => {
  const { stdout } = await promisify(execFile)(testPython(), ['-I', '-c', PROGRAM]);
  const [before, after, isSame] = stdout.trim().split(' ');
  expect(isSame).toBe('True');
  if (await isAble()) expect(Number(after)).toBeGreaterThan(Number(before) + 8_000);
  else expect(after).toBe(before);
});
