/** The single checks of `doctor`. */
import { access, constants, mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pythonRequest } from '../../compose/compose-kernel.ts';
import { serverVersion } from '../../compose/compose.ts';
import type { Config } from '../../config/config.ts';
import { kernelRequest } from '../../domain/kernel/kernel-request.ts';
import { findKernelspecs, jupyterDataDirectories } from '../../kernel/process/kernelspec.ts';
import { createKernelSupplier } from '../../kernel/supplier.ts';
import { missingKernels, readScripts } from '../check/check-read.ts';
import { ORIGINS, type PythonEnvironment } from '../../python/environment.ts';
import { findPython } from '../../python/prepare.ts';

export interface DoctorFinding {
  readonly name: string;
  readonly state: 'ok' | 'warning' | 'problem';
  readonly text: string;
  readonly remedy?: string;
  /** For programs. */
  readonly details?: object;
}

const LEAST_FREE_BYTES = 1024 ** 3;

export function checkNode(): DoctorFinding {
  return {
    name: 'Node',
    state: 'ok',
    text: `${process.versions.node} (${process.execPath}), Script Runner ${serverVersion()}`,
  };
}

export async function checkPython(
  config: Config,
): Promise<{ readonly finding: DoctorFinding; readonly python?: PythonEnvironment }> {
  const name = 'Python';
  try {
    const found = await findPython({
      ...pythonRequest(config, { say: () => {} }),
      signal: new AbortController().signal,
    });
    if (found === undefined) {
      return {
        finding: {
          name,
          state: 'problem',
          text: 'none with ipykernel yet',
          remedy: 'The first start prepares one. To prepare it now: script-runner prepare',
        },
      };
    }
    return {
      python: found,
      finding: {
        name,
        state: 'ok',
        text: `${found.version}, ipykernel ${found.ipykernel}, ${found.path} (${ORIGINS[found.origin]})`,
      },
    };
  } catch (error) {
    return { finding: { name, state: 'problem', text: error instanceof Error ? error.message : String(error) } };
  }
}

/** Starts a kernel and waits for its answer. */
export async function checkKernel(config: Config, python: string): Promise<DoctorFinding> {
  const name = 'Kernel';
  const directory = await mkdtemp(join(tmpdir(), 'script-runner-doctor-'));
  const supplier = await createKernelSupplier({
    python,
    scriptsDirectory: directory,
    environment: config.environment,
    poolSize: 0,
  });
  try {
    const kernel = await supplier.acquire(kernelRequest('doctor', directory), AbortSignal.timeout(60_000));
    const { status } = await kernel.execute('1 + 1', { onMessage: () => {}, silent: true });
    await kernel.kill();
    return { name, state: status === 'ok' ? 'ok' : 'problem', text: `answered after ${kernel.readyMs} ms` };
  } catch (error) {
    return { name, state: 'problem', text: error instanceof Error ? error.message : String(error) };
  } finally {
    await supplier.close();
    await rm(directory, { recursive: true, force: true });
  }
}

/** The installed kernels, and the notebooks whose kernel is missing. */
export async function checkKernelspecs(config: Config, python: string | undefined): Promise<DoctorFinding> {
  const specs = await findKernelspecs(jupyterDataDirectories(config.environment, python));
  const text = [...specs.values()].map(({ name, displayName }) => `${name} (${displayName})`).join(', ');
  const installed = text === '' ? 'none installed; python3 needs none' : text;
  const missing = await missingKernels(await readScripts(config), config);
  if (missing.size === 0) return { name: 'Kernelspecs', state: 'ok', text: installed };
  return {
    name: 'Kernelspecs',
    state: 'warning',
    text: [installed, ...[...missing].map(([script, what]) => `${script}: ${what}`)].join('\n'),
  };
}

/** The data folder, or the nearest existing folder above it. */
export async function checkData({ data }: Config): Promise<DoctorFinding> {
  const name = 'Data';
  let folder = data;
  while (dirname(folder) !== folder && !(await isThere(folder))) folder = dirname(folder);
  try {
    await access(folder, constants.W_OK);
  } catch {
    return {
      name,
      state: 'problem',
      text: `${data} cannot be written`,
      remedy: 'Make it writable for this user, or name another folder with --data.',
    };
  }
  const { bavail, bsize } = await statfs(folder);
  const gb = ((bavail * bsize) / 1024 ** 3).toFixed(1);
  if (bavail * bsize < LEAST_FREE_BYTES)
    return {
      name,
      state: 'warning',
      text: `${data} has ${gb} GB free`,
      remedy: 'Free some space, or name another folder with --data.',
    };
  return { name, state: 'ok', text: `${data}, ${gb} GB free` };
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
