/** How kernels of a server are kept apart, from its settings. */
import { realpath } from 'node:fs/promises';
import { delimiter, dirname, isAbsolute } from 'node:path';
import type { KernelLimits } from '../domain/kernel.ts';
import type { GroupPlace } from './control-group.ts';
import { NO_LIMITS, type Enclosure, type Namespace } from './guard-plan.ts';
import { PYTHON_DIRECTORY } from './guard.ts';

export type Network = 'on' | 'loopback' | 'off';

const NAMESPACES: Readonly<Record<Network, readonly Namespace[]>> = { on: [], loopback: ['network', 'loopback'], off: ['network'] };

interface Options {
  readonly python: string | undefined;
  readonly scriptsDirectory: string;
  readonly writable?: boolean;
  readonly writableFolders?: readonly string[];
  readonly hiddenFolders?: readonly string[];
  readonly shownFolders?: readonly string[];
  readonly network?: Network;
  readonly isolation?: boolean;
  readonly limits?: KernelLimits;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly dataDirectories: readonly string[];
  readonly places: readonly GroupPlace[];
}

/** Namespaces of processes and mounts are made even without isolation: they end what a kernel leaves behind. */
export async function encloseKernels(options: Options): Promise<Enclosure> {
  const { python, scriptsDirectory, writable = false, writableFolders = [], hiddenFolders = [], shownFolders = [], isolation = true } = options;
  const real = (paths: readonly string[]) => Promise.all(paths.map((path) => realpath(path).catch(() => path)));
  const { PYTHONPATH = '', PYTHONUSERBASE = '' } = options.environment;
  const prefixes = python === undefined ? [] : [python, await realpath(python).catch(() => python)].map((path) => dirname(dirname(path)));
  const seen = [scriptsDirectory, ...shownFolders, PYTHON_DIRECTORY, ...prefixes, ...options.dataDirectories, ...PYTHONPATH.split(delimiter), PYTHONUSERBASE];
  return {
    isolate: ['mount', 'pid', 'ipc', ...NAMESPACES[options.network ?? 'on']],
    limits: options.limits ?? NO_LIMITS, groups: options.places, view: isolation,
    hide: await real(hiddenFolders),
    show: [...new Set([...seen, ...(await real(seen))])].filter((path) => isAbsolute(path) && path !== '/'),
    writable: await real([...writableFolders, ...(writable ? [scriptsDirectory] : [])]),
  };
}
