/** A kernel of another language for the tests: bash_kernel from PyPI, installed once into a folder of its own. */
import { execFile } from 'node:child_process';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { testPython } from '../python.ts';

const run = promisify(execFile);

/** A Jupyter data folder with the kernel `bash`, or the reason why there is none. */
export async function bashKernel(): Promise<{ dataDirectory: string } | { reason: string }> {
  const root = join(tmpdir(), `kernel-test-bash-${userInfo().uid}`);
  const packages = join(root, 'packages');
  const installed = await access(join(packages, 'bash_kernel')).then(() => true, () => false);
  try {
    // Its requirements beyond pexpect are those of every Jupyter kernel, and there already.
    if (!installed) await run(testPython(), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', '--target', packages, 'bash_kernel', 'pexpect', 'ptyprocess', 'filetype']);
  } catch (error) {
    return { reason: `bash_kernel could not be installed: ${String((error as { stderr?: string }).stderr ?? error)}` };
  }
  const folder = join(root, 'kernels', 'bash');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'kernel.json'), JSON.stringify({
    argv: [testPython(), '-m', 'bash_kernel', '-f', '{connection_file}'], display_name: 'Bash', language: 'bash', env: { PYTHONPATH: packages, PS1: '$' },
  }));
  return { dataDirectory: root };
}
