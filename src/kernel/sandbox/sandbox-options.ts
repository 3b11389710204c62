/** How kernels of a server are isolated, from its settings. */
import { realpath } from 'node:fs/promises';
import { delimiter, dirname, isAbsolute } from 'node:path';
import type { KernelLimits } from '../../domain/kernel/kernel-limit.ts';
import type { GroupPlace } from './cgroup.ts';
import { NO_LIMITS } from '../../domain/kernel/kernel-limit.ts';
import type { SandboxOptions, Namespace } from './supervisor-plan.ts';
import { PYTHON_DIRECTORY } from './supervisor.ts';

export type Network = 'on' | 'loopback' | 'off';

const NAMESPACES: Readonly<Record<Network, readonly Namespace[]>> = {
  on: [],
  loopback: ['network', 'loopback'],
  off: ['network'],
};

/** How far the kernels of a server are isolated, by its settings. */
export interface SandboxSettings {
  /** Interpreter with ipykernel, the default for `python3`; undefined: none was found, nothing can run. */
  readonly python: string | undefined;
  /** Scripts folder: runs change files below it only privately, where the platform supports it. */
  readonly scriptsDirectory: string;
  /** Whether runs may really write below `scriptsDirectory`. */
  readonly writable?: boolean;
  /** Further absolute folders that runs may really change. */
  readonly writableFolders?: readonly string[];
  /** Absolute folders, and files, that are hidden from runs: other runs, secrets. */
  readonly hiddenFolders?: readonly string[];
  /** Absolute folders that stay visible wherever they are, even in a temporary folder. */
  readonly shownFolders?: readonly string[];
  /** Whether to isolate runs from each other and from the machine, where the platform supports it. Default true. */
  readonly isolation?: boolean;
  readonly limits?: KernelLimits;
  /** `off`: kernels reach no network, `loopback`: only themselves, where the platform supports it. */
  readonly network?: Network;
  /** The server's variables; kernels get only an allow-list of them. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

interface Options extends SandboxSettings {
  readonly dataDirectories: readonly string[];
  readonly places: readonly GroupPlace[];
}

/** Process and mount namespaces are made even without isolation: they end what a kernel leaves behind. */
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
