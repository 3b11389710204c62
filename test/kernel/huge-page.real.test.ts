/** If Linux can, a process that is often forked has its memory in large pages. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { release } from 'node:os';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { PYTHON_DIRECTORY } from '../../src/kernel/sandbox/supervisor.ts';
import { testPython } from '../python.ts';
import { programsIn } from '../program.ts';

const program = programsIn(import.meta.dirname);

const PROGRAM = program('gather-memory', { folder: PYTHON_DIRECTORY });

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
