/** How kernels of a server are kept apart, from its settings. */
import { realpath } from 'node:fs/promises';
import { delimiter, dirname, isAbsolute } from 'node:path';
import type { KernelLimits } from '../../domain/kernel/kernel.ts';
import type { GroupPlace } from './cgroup.ts';
import { NO_LIMITS, type SandboxOptions, type Namespace } from './supervisor-plan.ts';
import { PYTHON_DIRECTORY } from './supervisor.ts';

export type Network = 'on' | 'loopback' | 'off';

const NAMESPACES: Readonly<Record<Network, readonly Namespace[]>> = {
  on: [],
  loopback: ['network', 'loopback'],
  off: ['network'],
};

/** How far the kernels of a server are kept apart, as its settings say. */
export interface SandboxSettings {
  /** Interpreter with ipykernel, the default for `python3`; undefined: none was found, nothing can run. */
  readonly python: string | undefined;
  /** Folder of the scripts: runs change files below it only for themselves, where the platform allows. */
  readonly scriptsDirectory: string;
  /** Let runs really write below `scriptsDirectory`. */
  readonly writable?: boolean;
  /** Further folders, absolute, that runs may really change. */
  readonly writableFolders?: readonly string[];
  /** Absolute folders that are none of a run's business: other runs, secrets. */
  readonly hiddenFolders?: readonly string[];
  /** Absolute folders that stay visible wherever they lie, even in a temporary folder. */
  readonly shownFolders?: readonly string[];
  /** Keep runs apart from each other and from the machine, where the platform allows. Default true. */
  readonly isolation?: boolean;
  readonly limits?: KernelLimits;
  /** `off`: kernels reach no network, `loopback`: only themselves, where the platform allows. */
  readonly network?: Network;
  /** The server's variables; only an allow-list of them reaches kernels. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

interface Options extends SandboxSettings {
  readonly dataDirectories: readonly string[];
  readonly places: readonly GroupPlace[];
}

/** Namespaces of processes and mounts are made even without isolation: they end what a kernel leaves behind. */
export async function resolveSandboxOptions(options: Options): Promise<SandboxOptions> {
  const {
    python,
    scriptsDirectory,
    writable = false,
    writableFolders = [],
    hiddenFolders = [],
    shownFolders = [],
    isolation = true,
  } = options;
  const real = (paths: readonly string[]) => Promise.all(paths.map((path) => realpath(path).catch(() => path)));
  const { PYTHONPATH = '', PYTHONUSERBASE = '' } = options.environment;
  const prefixes =
    python === undefined
      ? []
      : [python, await realpath(python).catch(() => python)].map((path) => dirname(dirname(path)));
  const seen = [
    scriptsDirectory,
    ...shownFolders,
    PYTHON_DIRECTORY,
    ...prefixes,
    ...options.dataDirectories,
    ...PYTHONPATH.split(delimiter),
    PYTHONUSERBASE,
  ];
  return {
    isolate: ['mount', 'pid', 'ipc', ...NAMESPACES[options.network ?? 'on']],
    limits: options.limits ?? NO_LIMITS,
    groups: options.places,
    view: isolation,
    hide: await real(hiddenFolders),
    show: [...new Set([...seen, ...(await real(seen))])].filter((path) => isAbsolute(path) && path !== '/'),
    writable: await real([...writableFolders, ...(writable ? [scriptsDirectory] : [])]),
  };
}
