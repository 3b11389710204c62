/** The kernels of one process, from the settings: finds or prepares a Python, and supplies kernels on it. */
import { join } from 'node:path';
import { deferredKernels } from '../kernel/supply/deferred-kernels.ts';
import type { Log } from '../app/context.ts';
import { defined } from '../domain/defined.ts';
import { secretFiles, type Config } from '../config/config.ts';
import { RUN_TABLE_BYTES } from '../domain/run/table.ts';
import { isFinal, type Run } from '../domain/run/run.ts';
import type { RunStore } from '../domain/run/run-store.ts';
import type { ConnectPrefix, KernelSupplier } from '../domain/kernel/kernel.ts';
import { createDecodeClient } from '../thread/decode-client.ts';
import type { MessageDecoder } from '../kernel/protocol/wire.ts';
import { createKernelSupplier } from '../kernel/supplier.ts';
import { readGatewayRule, routeKernels } from '../kernel/gateway/gateway-route.ts';
import { createGatewaySupplier } from '../kernel/gateway/gateway-supplier.ts';
import { unenforcedSettings } from '../config/config-gateway.ts';
import { environmentsFolder } from '../python/environment-cache.ts';
import { languages } from '../language/all.ts';
import type { PythonEnvironment } from '../python/environment.ts';
import { findFilesToSend } from '../files/files-sent.ts';
import { findPython, preparePython } from '../python/prepare.ts';

const REQUIREMENTS = join(import.meta.dirname, '../../python/requirements.txt');

/** An output that is cut at `output_limit` must first be read. */
const LEAST_MESSAGE_BYTES = 16 * 1024 * 1024;
const MESSAGE_OVERHEAD_BYTES = 2 * 1024 * 1024;
/** Downloads of a run and their later versions, in multiples of `artifact_limit`. */
const FETCHED_AGAIN = 4;
const TABLE_OVERHEAD = 1.1;
/** Files beside a script that are sent to a gateway, with each run. */
const SENT_BYTES = 10_000_000;

export interface KernelOptions {
  /** Receives progress messages of preparing Python, a line at a time. */
  readonly say: (line: string) => void;
  /** Packages of the operating system may be installed without asking. */
  readonly yes?: boolean;
  /** One kernel of the default Python starts at once, for the only run of this process. */
  readonly early?: boolean;
  readonly log?: Log;
  /** Absolute folders that kernels see besides those of the project. */
  readonly shownFolders?: readonly string[];
  /** Absolute folder in which all scripts are; absent: that of the project. */
  readonly scriptsFolder?: string;
  /** What snapshots may use of connections. */
  readonly connect?: ConnectPrefix;
  /** Finds the runs for which kernels of a gateway were started; absent: kernels that are left there stay. */
  readonly findRun?: RunStore['find'];
}

export interface ComposedKernels {
  /** Waits for a Python. */
  readonly kernels: KernelSupplier;
  /** Settles when it is known whether there is a Python; never rejects. */
  readonly python: Promise<PythonEnvironment | undefined>;
  /** May be called again. */
  close(): Promise<void>;
}

/** Never throws: problems are logged, and become the supplier's `problem`. */
export function composeKernels(config: Config, options: KernelOptions): ComposedKernels {
  const stop = new AbortController();
  const decoding = createDecodeClient();
  const gateway = gatewaySupplier(config, options, decoding.decode);
  if (gateway !== undefined && config.gateway?.scripts.length === 0)
    return onlyGateway(config, options, gateway, () => decoding.close());
  const looking = lookForPython(config, options, stop.signal);
  const local = deferredKernels(
    looking.then((found) => supply(config, found, { ...options, decodeLong: decoding.decode })),
    'being prepared',
  );
  const kernels =
    gateway === undefined ? local : routeKernels(local, gateway, readGatewayRule(config.gateway?.scripts ?? []));
  let closing: Promise<void> | undefined;
  return {
    kernels,
    python: looking.then(({ python }) => python),
    close: () => {
      stop.abort();
      return (closing ??= kernels.close().finally(() => decoding.close()));
    },
  };
}

/** Settles when it is known whether scripts can run now. `python`: of the same kernels. */
export async function canRun(
  kernels: Pick<KernelSupplier, 'whenReady' | 'problem'>,
  python: Promise<unknown>,
): Promise<boolean> {
  await Promise.all([python, kernels.whenReady?.()]);
  return kernels.problem?.() === undefined;
}

/** A Python of this machine is used for documents only, and is not prepared. */
function onlyGateway(
  config: Config,
  options: KernelOptions,
  kernels: KernelSupplier,
  closeDecoding: () => Promise<void>,
): ComposedKernels {
  const stop = new AbortController();
  let closing: Promise<void> | undefined;
  return {
    kernels,
    python: findPython({ ...pythonRequest(config, options), signal: stop.signal }).catch(() => undefined),
    close: () => {
      stop.abort();
      return (closing ??= kernels.close().finally(closeDecoding));
    },
  };
}

function gatewaySupplier(
  config: Config,
  { log, say, findRun }: KernelOptions,
  decodeLong: MessageDecoder,
): KernelSupplier | undefined {
  if (config.gateway === undefined) return undefined;
  const { artifactBytes, tables } = config.limits;
  return createGatewaySupplier({
    address: config.gateway,
    unenforced: unenforcedSettings(config),
    messageBytes: messageBytes(config),
    decodeLong,
    timezone: config.timezone,
    folderOf: (language) => languages().get(language)?.folder,
    filesOf: (request, limitBytes = Infinity) =>
      findFilesToSend(request, {
        limitBytes: Math.min(SENT_BYTES, config.bundleBytes, limitBytes),
        hidden: [config.data, config.project.link],
      }),
    limits: {
      fileBytes: Math.max(artifactBytes, tables.bytes * TABLE_OVERHEAD),
      totalBytes: artifactBytes * FETCHED_AGAIN + tables.bytes * RUN_TABLE_BYTES * TABLE_OVERHEAD,
    },
    onProblem: say,
    onLeftover: (kernel, error) =>
      log?.warn({ kernel, error }, 'A kernel could not be deleted from the gateway; the server tries again'),
    onRecovered: (kernels) => log?.info({ kernels }, 'Kernels that an earlier server had left were deleted'),
    ...(findRun === undefined
      ? {}
      : {
          recordPlace: {
            folder: join(config.data, 'gateway-kernels'),
            isOver: async (id: string, attempt: number) => needsNoKernel(await findRun(id), attempt),
          },
        }),
  });
}

/** The run has ended, waits again, or goes on elsewhere. */
function needsNoKernel(run: Run | undefined, attempt: number): boolean {
  return run === undefined || isFinal(run.status) || run.status === 'queued' || run.attempt !== attempt;
}

function messageBytes({ limits }: Config): number {
  return Math.max(LEAST_MESSAGE_BYTES, limits.outputBytes + MESSAGE_OVERHEAD_BYTES);
}

/** What the search for a Python needs, from the settings. */
export function pythonRequest(config: Config, { say, yes }: KernelOptions) {
  return {
    python: config.python,
    projectFolder: config.project.folder,
    environment: config.environment,
    requirements: REQUIREMENTS,
    mayInstallSystem: yes === true,
    say,
  };
}

/** Folders that have the files of reports, or what opens their store. */
function artifactsFolders({ blobs, environment: { HOME } }: Config): readonly string[] {
  if ('folder' in blobs) return blobs.isUsual ? [] : [blobs.folder];
  return blobs.key === undefined && HOME ? [join(HOME, '.aws')] : [];
}

interface Found {
  readonly python?: PythonEnvironment;
  readonly problem?: string;
}

async function lookForPython(config: Config, options: KernelOptions, signal: AbortSignal): Promise<Found> {
  try {
    return { python: await preparePython({ ...pythonRequest(config, options), signal }) };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    if (!signal.aborted) options.say(problem);
    return { problem };
  }
}

async function supply(
  config: Config,
  { python, problem }: Found,
  options: KernelOptions & { readonly decodeLong: MessageDecoder },
): Promise<KernelSupplier> {
  const supplier = await createKernelSupplier({
    python: python?.path,
    scriptsDirectory: options.scriptsFolder ?? config.project.scripts,
    environment: config.environment,
    poolSize: config.pool,
    early: options.early === true,
    onLeftover: (folder, error) =>
      options.log?.warn({ folder, error }, 'The folder of a kernel could not be removed; the server tries again'),
    timezone: config.timezone,
    network: config.network,
    writable: config.writable,
    writableFolders: config.writableFolders,
    isolation: config.isolation,
    limits: config.kernelLimits,
    decodeLong: options.decodeLong,
    messageBytes: messageBytes(config),
    shownFolders: [
      config.project.folder,
      ...(config.environments === undefined ? [] : [environmentsFolder(config.environment)]),
      ...(options.shownFolders ?? []),
    ],
    hiddenFolders: [config.data, config.project.link, ...artifactsFolders(config), ...secretFiles(config)],
    passEnvironment: config.passEnvironment,
    ...defined({ connect: options.connect }),
  });
  return problem === undefined ? supplier : { ...supplier, problem: () => problem };
}
