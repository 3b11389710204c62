/**
 * The Bash kernel of the tests, in the folder of packages that `npm test` names; without one such tests say `needs
 * bash_kernel` and skip.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { testPython } from '../python.ts';

export const BASH_PACKAGES = process.env['SCRIPT_RUNNER_BASH_KERNEL'];

/** A Jupyter data folder with the kernel `bash`; removed when the test, or the tests of `after`, end. */
export async function bashKernel(after: (remove: () => Promise<void>) => void = onTestFinished): Promise<string> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'kernel-test-bash-'));
  after(() => rm(dataDirectory, { recursive: true }));
  const folder = join(dataDirectory, 'kernels', 'bash');
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'kernel.json'),
    JSON.stringify({
      argv: [testPython(), '-m', 'bash_kernel', '-f', '{connection_file}'],
      display_name: 'Bash',
      language: 'bash',
      env: { PYTHONPATH: BASH_PACKAGES, PS1: '$' },
    }),
  );
  return dataDirectory;
}
