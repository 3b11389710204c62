/** Supplies kernels: picks the kernelspec, then asks the ways of supply in turn, the quickest first. */
import { realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../domain/error.ts';
import type { Kernel, KernelRequest, KernelSupplier } from '../domain/kernel.ts';
import { runEnvironment } from './environment.ts';
import { PYTHON_DIRECTORY } from './guard.ts';
import { toKernel, type KernelProcess } from './kernel-process.ts';
import { findKernelspecs, jupyterDataDirectories, type Kernelspec } from './kernelspec.ts';
import { launchKernel, type Workshop } from './launch.ts';
import { createRuntimeDirectory, sweepLeftovers } from './runtime-directory.ts';

const NO_PYTHON = 'No Python with ipykernel was found, so nothing can run. Run "script-runner doctor" to see what to install.';

export interface KernelSupplierOptions {
  /** Interpreter with ipykernel, the default for `python3`; undefined: none was found, nothing can run. */
  readonly python: string | undefined;
  /** Folder of the scripts: runs change files below it only for themselves, where the platform allows. */
  readonly scriptsDirectory: string;
  /** Let runs really write below `scriptsDirectory`. */
  readonly writable?: boolean;
  /** `off`: kernels see no network but their own loopback, where the platform allows. */
  readonly network?: 'on' | 'off';
  /** The server's variables; only an allow-list of them reaches kernels. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Names of further variables for kernels. */
  readonly passEnvironment?: readonly string[];
  /** Where kernelspecs lie; default: the Jupyter paths. */
  readonly dataDirectories?: readonly string[];
  /** Python kernels that wait ready. */
  readonly poolSize?: number;
  readonly timezone?: string;
  readonly startTimeoutMs?: number;
}

/** Sweeps what dead servers left, then supplies. Throws `internal` where no private folder can be made. */
export async function createKernelSupplier(options: KernelSupplierOptions): Promise<KernelSupplier> {
  await sweepLeftovers();
  const runtime = await createRuntimeDirectory();
  const dataDirectories = options.dataDirectories ?? jupyterDataDirectories(options.environment, options.python);
  const overlayRoot = options.writable ? undefined : await realpath(options.scriptsDirectory).catch(() => undefined);
  const workshop: Workshop = {
    guardPython: options.python ?? 'python3',
    runtime,
    environment: { server: options.environment, pass: options.passEnvironment ?? [], pythonPath: PYTHON_DIRECTORY, timezone: options.timezone },
    isolate: options.network === 'off' ? ['mount', 'pid', 'network'] : ['mount', 'pid'],
    overlayRoot,
    startTimeoutMs: options.startTimeoutMs ?? 60_000,
  };
  const living = new Set<KernelProcess>();
  let answered = false;

  async function cold(spec: Kernelspec, request: KernelRequest, signal: AbortSignal): Promise<KernelProcess> {
    return launchKernel(workshop, spec, {
      cwd: request.directory,
      keep: [request.outputDirectory],
      environment: async (directory) => runEnvironment(request, await writeParams(directory, request)),
    }, signal);
  }

  return {
    async acquire(request, signal): Promise<Kernel> {
      const startMs = performance.now();
      const spec = await chooseKernelspec(request, options.python, dataDirectories);
      const process = await cold(spec, request, signal);
      answered = true;
      living.add(process);
      void process.died.then(() => living.delete(process));
      const interpreter = spec.language === 'python' ? spec.argv[0] : undefined;
      return toKernel(process, { supply: 'cold', readyMs: Math.round(performance.now() - startMs), ...(interpreter === undefined ? {} : { interpreter }) });
    },
    problem: () => (options.python === undefined ? NO_PYTHON : undefined),
    pids: () => [...living].map((process) => process.guard.pid),
    ready: () => answered,
    describe: () => [
      { label: 'Python', value: options.python ?? 'none found' },
      { label: 'Kernels in use', value: String(living.size) },
    ],
    async close() {
      await Promise.all([...living].map((process) => process.kill()));
      await runtime.close();
    },
  };
}

/** The values of the run, passwords included: a private file that only its kernel's user can read. */
async function writeParams(directory: string, request: KernelRequest): Promise<string> {
  const file = join(directory, 'params.json');
  await writeFile(file, JSON.stringify(request.params), { mode: 0o600 });
  return file;
}

/**
 * The configured Python stands for `python3` and for Python notebooks whose kernelspec is not installed (names of virtual
 * environments on the author's machine). Throws `invalid` and `unavailable` as the port says.
 */
async function chooseKernelspec(request: KernelRequest, python: string | undefined, dataDirectories: readonly string[]): Promise<Kernelspec> {
  const wanted = request.kernelName?.toLowerCase();
  if (wanted === undefined && request.language === 'python' || wanted === 'python3') return defaultPython(python);
  const specs = await findKernelspecs(dataDirectories);
  const spec = wanted === undefined ? [...specs.values()].find(({ language }) => language === request.language) : specs.get(wanted);
  if (spec !== undefined) return spec;
  if (request.language === 'python') return defaultPython(python);
  const installed = ['python3', ...specs.keys()].join(', ');
  throw new AppError('invalid', `The notebook asks for the kernel "${request.kernelName ?? request.language}", which is not installed here. Install it, or choose another kernel in Jupyter and save. Installed: ${installed}.`);
}

function defaultPython(python: string | undefined): Kernelspec {
  if (python === undefined) throw new AppError('unavailable', NO_PYTHON);
  return {
    name: 'python3', directory: '', displayName: 'Python 3', language: 'python', interruptMode: 'signal', env: {},
    argv: [python, '-m', 'ipykernel_launcher', '-f', '{connection_file}'],
  };
}
