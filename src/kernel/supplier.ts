/** Supplies kernels: picks the kernelspec, then asks the sources in turn, the quickest first. */
import { realpath } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { defined } from '../domain/defined.ts';
import { AppError } from '../domain/error.ts';
import type {
  ConnectPrefix,
  ExpectedKernels,
  KernelNeed,
  KernelRequest,
  KernelStatus,
  KernelSupplier,
  SnapshotProblem,
} from '../domain/kernel/kernel.ts';
import { findGroupPlaces, sweepGroups, type GroupPlace } from './sandbox/cgroup.ts';
import { resolveSandboxOptions, type SandboxSettings } from './sandbox/sandbox-options.ts';
import { PYTHON_DIRECTORY } from './sandbox/supervisor.ts';
import { toKernel, type KernelProcess } from './process/kernel-process.ts';
import {
  chooseKernelspec,
  kernelLanguages,
  kernelNames,
  missingKernel,
  NO_PYTHON,
} from './process/kernelspec-choice.ts';
import { defaultPython, isDefaultPython, jupyterDataDirectories, type Kernelspec } from './process/kernelspec.ts';
import { coldSource } from './supply/cold-source.ts';
import type { MessageDecoder } from './protocol/wire.ts';
import type { Transport } from './protocol/connection-file.ts';
import type { LaunchContext } from './process/launch.ts';
import { environmentForkSource } from './supply/environment-fork-source.ts';
import { forkSource } from './supply/fork-source.ts';
import { createStartQuiet } from './supply/start-quiet.ts';
import { createMemoryBudget } from './supply/memory-budget.ts';
import { poolSource } from './supply/pool-source.ts';
import { earlySource } from './supply/early-source.ts';
import { readFontLists } from './sandbox/font-list.ts';
import type { LeftoverReport } from '../disk/folder-remover.ts';
import { createRuntimeDirectory, sweepLeftovers } from './sandbox/runtime-directory.ts';
import { createSnapshotCache, type SnapshotCache } from './snapshot/snapshot-cache.ts';
import { snapshotSource } from './snapshot/snapshot-source.ts';
import type { KernelSource, Order } from './supply/source.ts';
import { createPeerProbe, type PeerProbe } from './sandbox/peer.ts';

const MEASURE_MS = 1_000;

export interface KernelSupplierOptions extends SandboxSettings {
  /** Whether the system enforces the limits where it can. Default true. */
  readonly groups?: boolean;
  /** Names of further variables for kernels. */
  readonly passEnvironment?: readonly string[];
  /** Folders of kernelspecs; default: the Jupyter paths. */
  readonly dataDirectories?: readonly string[];
  /**
   * Number of Python kernels that wait ready, for each set of imports in demand; 0: every kernel is started on demand.
   * Default 1.
   */
  readonly poolSize?: number;
  /** With a pool of 0: one kernel starts at once anyway, for the only run of this process. */
  readonly early?: boolean;
  /** Whether to fork kernels from a fork server that has loaded their imports; default: where that is safe. */
  readonly fork?: boolean;
  /** Memory of all fork servers and snapshots together. Default 1 GiB. */
  readonly forkServerBytes?: number;
  readonly timezone?: string;
  /** `tcp`: for file systems without sockets. Default `ipc`, and `tcp` for kernels that do not support it. */
  readonly transport?: Transport;
  readonly startTimeoutMs?: number;
  /** Limit of one message of a kernel; of a longer one, the run is told only that it came. Default 16 MiB. */
  readonly messageBytes?: number;
  /** Decodes long messages elsewhere than on this thread; absent: here. */
  readonly decodeLong?: MessageDecoder;
  /** What snapshots may use of connections. Default: nothing. */
  readonly connect?: ConnectPrefix;
  /** Called with a folder of kernels that could not be removed; it is tried again. */
  readonly onLeftover?: LeftoverReport;
}

/** Removes what dead servers left, then supplies kernels. Throws `internal` if no private folder can be made. */
export async function createKernelSupplier(options: KernelSupplierOptions): Promise<KernelSupplier> {
  const places = options.groups === false ? [] : await findGroupPlaces();
  await sweepLeftovers(places, undefined, options.onLeftover);
  const dataDirectories = options.dataDirectories ?? jupyterDataDirectories(options.environment, options.python);
  const context = await setUp(options, places, dataDirectories);
  const { runtime } = context;
  const peers = startPeerProbe(options, places, runtime.path);
  /** With the run that uses it. */
  const living = new Map<KernelProcess, string>();
  let answered = false;
  const expected = { hits: 0, misses: 0 };
  const { sources, snapshots } = createSources(context, options, expected, () => {
    answered = true;
  });
  for (const { begun } of sources) await begun;
  const pids = () => [
    ...[...living.keys()].map((process) => process.supervisor.pid()),
    ...sources.flatMap((source) => source.pids?.() ?? []),
  ];

  return {
    async acquire(request, signal) {
      const startMs = performance.now();
      const spec = await chooseKernelspec(request, options.python, dataDirectories);
      const { process, supply, snapshot } = await takeFirst(sources, { request, spec }, signal);
      answered = true;
      living.set(process, request.runId);
      // not before: until then it has its memory
      void process.supervisor.gone.then(() => living.delete(process));
      const interpreter = spec.language === 'python' ? spec.argv[0] : undefined;
      const kernel = toKernel(process, isDefaultPython(spec), {
        supply,
        readyMs: Math.round(performance.now() - startMs),
        ...defined({ interpreter }),
        ...(snapshot === undefined ? problemOf(request, snapshots) : { snapshot }),
      });
      return { ...kernel, environment: kernel.environment + substitution(request, spec) };
    },
    prepare: (imports) => {
      for (const source of sources) source.prepare?.(imports);
    },
    prepareSnapshot: (prefix) => snapshots?.prepare(prefix),
    expect: (needs) => expectIn(sources, snapshots, needs),
    snapshot: (script) => snapshots?.state(script),
    ready: () => answered,
    problem: () => (options.python === undefined ? NO_PYTHON : undefined),
    status: () => statusOf(sources, living.size, expected),
    memory: () => memoryOf(living),
    languages: () => kernelLanguages(options.python, dataDirectories),
    kernelNames: () => kernelNames(options.python, dataDirectories),
    missing: (choice) => missingKernel(choice, dataDirectories),
    // a process id of 0 is not known yet, and is the ancestor of all
    peer: (ends) =>
      peers?.request(
        ends,
        pids().filter((pid) => pid > 0),
      ) ?? Promise.resolve('other'),
    pids,
    describe: () => [
      { label: 'Python', value: options.python ?? 'none found' },
      ...sources.flatMap((source) => source.describe()),
    ],
    async close() {
      await Promise.all(sources.map((source) => source.close()));
      await Promise.all([...living.keys()].map((process) => process.kill()));
      await peers?.close();
      await runtime.close();
      await sweepGroups(places, (folder) => folder === basename(runtime.path));
    },
  };
}

async function setUp(
  options: KernelSupplierOptions,
  places: readonly GroupPlace[],
  dataDirectories: readonly string[],
): Promise<LaunchContext> {
  return {
    supervisorPython: options.python ?? 'python3',
    runtime: await createRuntimeDirectory(undefined, await readFontLists(options.environment), options.onLeftover),
    environment: {
      server: options.environment,
      pass: options.passEnvironment ?? [],
      pythonPath: PYTHON_DIRECTORY,
      timezone: options.timezone,
    },
    transport: options.transport ?? 'ipc',
    sandbox: await resolveSandboxOptions({ ...options, dataDirectories, places }),
    overlayRoot: options.writable ? undefined : await realpath(options.scriptsDirectory).catch(() => undefined),
    startTimeoutMs: options.startTimeoutMs ?? 60_000,
    messageBytes: options.messageBytes ?? 16 * 1024 * 1024,
    ...defined({ decodeLong: options.decodeLong }),
  };
}

/**
 * If there is /proc; without it, or without a Python, kernels cannot be distinguished from others, or there are none.
 */
function startPeerProbe(
  { python, early = false }: KernelSupplierOptions,
  places: readonly GroupPlace[],
  runtimePath: string,
): PeerProbe | undefined {
  // nobody calls the kernel of one run without a server
  if (python === undefined || early || process.platform !== 'linux') return undefined;
  return createPeerProbe({ python, places, name: basename(runtimePath) });
}

/** A Python notebook that names a kernel which is not installed runs in the default one, and says so. */
function substitution({ kernelName }: KernelRequest, spec: Kernelspec): string {
  if (kernelName === undefined || kernelName.toLowerCase() === spec.name) return '';
  return `, because the notebook’s own kernel, ${kernelName}, is not installed here`;
}

function expectIn(
  sources: readonly KernelSource[],
  snapshots: SnapshotCache | undefined,
  needs: readonly KernelNeed[],
): void {
  const usable = needs.map((need) => withoutRefused(need, snapshots));
  for (const source of sources) source.expect?.(usable);
}

/** A script whose snapshot is refused has runs of all its cells, for which its imports are loaded. */
function withoutRefused(need: KernelNeed, snapshots: SnapshotCache | undefined): KernelNeed {
  const { prefix, ...rest } = need;
  if (prefix === undefined || snapshots === undefined) return rest;
  return snapshots.state(prefix.script)?.type === 'refused' ? rest : need;
}

async function statusOf(
  sources: readonly KernelSource[],
  running: number,
  counts: Pick<ExpectedKernels, 'hits' | 'misses'>,
): Promise<KernelStatus> {
  const parents = (await Promise.all(sources.map((source) => source.parents?.() ?? Promise.resolve([])))).flat();
  const [waiting, expected] = [sum(sources, 'waiting'), sum(sources, 'expectedWaiting')];
  return { running, waiting, expected: { waiting: expected, ...counts }, parents };
}

function sum(sources: readonly KernelSource[], what: 'waiting' | 'expectedWaiting'): number {
  return sources.reduce((total, source) => total + (source[what]?.() ?? 0), 0);
}

/** A supervisor that does not answer delays nobody. */
async function memoryOf(living: ReadonlyMap<KernelProcess, string>): Promise<ReadonlyMap<string, number>> {
  const measured = await Promise.all(
    [...living].map(
      async ([{ supervisor }, run]) =>
        [run, await Promise.race([supervisor.measure(), wait(MEASURE_MS, 0, { ref: false })])] as const,
    ),
  );
  return new Map(measured.filter(([, bytes]) => bytes > 0));
}

/** Forking is safe only on Linux: the frameworks of macOS do not survive it, Windows has none. */
function createSources(
  context: LaunchContext,
  options: KernelSupplierOptions,
  expected: { hits: number; misses: number },
  onReady: () => void,
): { sources: KernelSource[]; snapshots?: SnapshotCache } {
  const { python, poolSize = 1, early = false, fork = process.platform === 'linux' } = options;
  const { forkServerBytes = 1024 ** 3, connect = connectNothing } = options;
  const onExpected = (isHit: boolean) => void (expected[isHit ? 'hits' : 'misses'] += 1);
  const cold = coldSource(context);
  if (python === undefined) return { sources: [cold] };
  if (poolSize === 0) return { sources: [...(early ? [earlySource(context, python)] : []), cold] };
  if (!fork) return { sources: [poolSource(context, defaultPython(python), poolSize, onReady), cold] };
  const [budget, quiet] = [createMemoryBudget(forkServerBytes), createStartQuiet()];
  const snapshots = createSnapshotCache({ context, python, maxWaiting: poolSize, budget, connect, quiet, onReady });
  return {
    sources: [
      snapshotSource(context, snapshots, onExpected),
      forkSource({ context, python, poolSize, budget, quiet, onReady, onExpected }),
      environmentForkSource({ context, python, poolSize, budget, quiet, onReady, onExpected }),
      cold,
    ],
    snapshots,
  };
}

const connectNothing: ConnectPrefix = () =>
  Promise.resolve({ environment: {}, writablePaths: [], secrets: [], fingerprint: '' });

/** Why a run that could have used a snapshot does not. */
function problemOf(
  { prefix }: KernelRequest,
  snapshots: SnapshotCache | undefined,
): { readonly withoutSnapshot?: SnapshotProblem } {
  if (prefix === undefined) return {};
  if (snapshots === undefined)
    return {
      withoutSnapshot: { reason: 'Snapshots need Linux, and kernels that are kept waiting (the setting "pool").' },
    };
  const state = snapshots.state(prefix.plan.script);
  return state?.type === 'refused' ? { withoutSnapshot: state.problem } : {};
}

async function takeFirst(sources: readonly KernelSource[], order: Order, signal: AbortSignal) {
  for (const source of sources) {
    signal.throwIfAborted();
    const taken = await source.take(order, signal);
    if (taken !== undefined) return taken;
  }
  throw new AppError('unavailable', 'No kernel could be started.');
}
