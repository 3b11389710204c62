/** Supplies kernels: picks the kernelspec, then asks the sources in turn, the quickest first. */
import { realpath } from 'node:fs/promises';
import { basename } from 'node:path';
import { AppError } from '../domain/error.ts';
import type { KernelRequest, KernelStatus, KernelSupplier } from '../domain/kernel.ts';
import { findGroupPlaces, sweepGroups } from './control-group.ts';
import { encloseKernels, type Separation } from './enclosure.ts';
import { PYTHON_DIRECTORY } from './guard.ts';
import { toKernel, type KernelProcess } from './kernel-process.ts';
import { chooseKernelspec, missingKernel, NO_PYTHON } from './kernelspec-choice.ts';
import { defaultPython, jupyterDataDirectories, type Kernelspec } from './kernelspec.ts';
import { coldSource } from './cold-source.ts';
import type { Transport } from './connection.ts';
import type { Workshop } from './launch.ts';
import { forkSource } from './fork-source.ts';
import { poolSource } from './pool-source.ts';
import { earlySource } from './early-source.ts';
import { readFontLists } from './font-list.ts';
import { createRuntimeDirectory, sweepLeftovers } from './runtime-directory.ts';
import type { KernelSource, Order } from './source.ts';

export interface KernelSupplierOptions extends Separation {
  /** Let the system keep the limits where it can. Default true. */
  readonly groups?: boolean;
  /** Names of further variables for kernels. */
  readonly passEnvironment?: readonly string[];
  /** Where kernelspecs lie; default: the Jupyter paths. */
  readonly dataDirectories?: readonly string[];
  /** Python kernels that wait ready, for each set of imports in demand; 0: every kernel is started on click. Default 1. */
  readonly poolSize?: number;
  /** With a pool of 0: one kernel starts at once all the same, for the only run that there will be. */
  readonly early?: boolean;
  /** Fork kernels from a parent that has loaded their imports; default: where that is safe. */
  readonly fork?: boolean;
  readonly timezone?: string;
  /** `tcp`: for file systems without sockets. Default `ipc`, and `tcp` for kernels that do not know it. */
  readonly transport?: Transport;
  readonly startTimeoutMs?: number;
}

/** Sweeps what dead servers left, then supplies. Throws `internal` where no private folder can be made. */
export async function createKernelSupplier(options: KernelSupplierOptions): Promise<KernelSupplier> {
  const places = options.groups === false ? [] : await findGroupPlaces();
  await sweepLeftovers(places);
  const runtime = await createRuntimeDirectory(undefined, await readFontLists(options.environment));
  const dataDirectories = options.dataDirectories ?? jupyterDataDirectories(options.environment, options.python);
  const overlayRoot = options.writable ? undefined : await realpath(options.scriptsDirectory).catch(() => undefined);
  const workshop: Workshop = {
    guardPython: options.python ?? 'python3',
    runtime,
    environment: { server: options.environment, pass: options.passEnvironment ?? [], pythonPath: PYTHON_DIRECTORY, timezone: options.timezone },
    transport: options.transport ?? 'ipc',
    enclosure: await encloseKernels({ ...options, dataDirectories, places }),
    overlayRoot,
    startTimeoutMs: options.startTimeoutMs ?? 60_000,
  };
  const living = new Set<KernelProcess>();
  let answered = false;
  const sources = createSources(workshop, options, () => { answered = true; });
  for (const { begun } of sources) await begun;

  return {
    async acquire(request, signal) {
      const startMs = performance.now();
      const spec = await chooseKernelspec(request, options.python, dataDirectories);
      const { process, supply } = await takeFirst(sources, { request, spec }, signal);
      answered = true;
      living.add(process);
      void process.died.then(() => living.delete(process));
      const interpreter = spec.language === 'python' ? spec.argv[0] : undefined;
      const kernel = toKernel(process, { supply, readyMs: Math.round(performance.now() - startMs), ...(interpreter === undefined ? {} : { interpreter }) });
      return { ...kernel, environment: kernel.environment + substitution(request, spec) };
    },
    prepare: (imports) => { for (const source of sources) source.prepare?.(imports); },
    ready: () => answered,
    problem: () => (options.python === undefined ? NO_PYTHON : undefined),
    status: () => statusOf(sources, living.size),
    missing: (choice) => missingKernel(choice, dataDirectories),
    pids: () => [...living].map((process) => process.guard.pid()),
    describe: () => [
      { label: 'Python', value: options.python ?? 'none found' },
      ...sources.flatMap((source) => source.describe()),
    ],
    async close() {
      await Promise.all(sources.map((source) => source.close()));
      await Promise.all([...living].map((process) => process.kill()));
      await runtime.close();
      await sweepGroups(places, (folder) => folder === basename(runtime.path));
    },
  };
}

/** A Python notebook that names a kernel which is not here runs in the default one, and says so. */
function substitution({ kernelName }: KernelRequest, spec: Kernelspec): string {
  if (kernelName === undefined || kernelName.toLowerCase() === spec.name) return '';
  return `, because the notebook’s own kernel, ${kernelName}, is not installed here`;
}

async function statusOf(sources: readonly KernelSource[], running: number): Promise<KernelStatus> {
  const parents = (await Promise.all(sources.map((source) => source.parents?.() ?? Promise.resolve([])))).flat();
  return { running, waiting: sources.reduce((sum, source) => sum + (source.waiting?.() ?? 0), 0), parents };
}

/** Forking is safe on Linux only: the frameworks of macOS do not survive it, Windows has none. */
function createSources(workshop: Workshop, options: KernelSupplierOptions, onReady: () => void): KernelSource[] {
  const { python, poolSize = 1, early = false, fork = process.platform === 'linux' } = options;
  if (python === undefined) return [coldSource(workshop)];
  if (poolSize === 0) return [...(early ? [earlySource(workshop, python)] : []), coldSource(workshop)];
  const waiting = fork ? forkSource({ workshop, python, poolSize, onReady }) : poolSource(workshop, defaultPython(python), poolSize, onReady);
  return [waiting, coldSource(workshop)];
}

async function takeFirst(sources: readonly KernelSource[], order: Order, signal: AbortSignal) {
  for (const source of sources) {
    signal.throwIfAborted();
    const taken = await source.take(order, signal);
    if (taken !== undefined) return taken;
  }
  throw new AppError('unavailable', 'No kernel could be started.');
}
