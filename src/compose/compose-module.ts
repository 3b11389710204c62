/** Which Python or R executes a script, and so which modules or packages it has. */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Config } from '../config/config.ts';
import { defined } from '../domain/defined.ts';
import type { MissingModules, ModuleSource } from '../domain/script/module-source.ts';
import type { Script } from '../domain/script/script.ts';
import { readGatewayRule } from '../kernel/gateway/gateway-route.ts';
import { findKernelspecs, jupyterDataDirectories } from '../kernel/process/kernelspec.ts';
import { findEnvironment } from '../python/environment-build.ts';
import { findMissingModules, findMissingPackages } from '../python/module-find.ts';
import { environmentRule } from './compose-environment.ts';

/** Modules that every kernel gets from us. */
const OURS = join(import.meta.dirname, '../../python');
/** Stand-ins that kernels get for modules of other tools, and `google.colab`. */
const STANDS_IN = new Set(['mercury', 'voila', 'google']);

/** `python`: absolute path of the default one; undefined: there is none. It is not waited for. */
export function composeModules(config: Config, python: () => string | undefined): ModuleSource {
  return {
    async missing({ script, directory }, names) {
      const { language } = script;
      if (language === 'r') return missingPackages(script, names, config);
      const used = await pythonOf(script, config, python());
      if (used === undefined) return undefined;
      const declaredIn = environmentRule(config)?.(script)?.file;
      const asked = names.filter((name) => !STANDS_IN.has(name) && !isIn(OURS, name) && !isIn(directory, name));
      const missing = await findMissingModules(used, asked, config.environment);
      return missing === undefined
        ? undefined
        : { program: used, language: 'python', names: missing, ...defined({ declaredIn }) };
    },
  };
}

async function missingPackages(
  script: Script,
  names: readonly string[],
  config: Config,
): Promise<MissingModules | undefined> {
  const { environments, environment } = config;
  const rscript = isRemote(script, config) ? undefined : await rscriptOf(script, environment);
  if (rscript === undefined || script.environmentProblem !== undefined) return undefined;
  const declared = environmentRule(config)?.(script);
  const library =
    declared && environments && findEnvironment(declared, { ...environments, ...NO_BUILD, environment })?.library;
  if (declared !== undefined && library === undefined) return undefined;
  const missing = await findMissingPackages({ rscript, library }, names, environment);
  const declaredIn = declared?.file;
  return missing && { program: rscript, language: 'r', names: missing, ...defined({ declaredIn }) };
}

const NO_BUILD = { python: '', inUse: () => new Set<string>() };

/** That of the kernel which executes it; undefined if the kernel is not R itself. */
async function rscriptOf({ kernelName = '' }: Script, environment: Config['environment']): Promise<string | undefined> {
  const specs = await findKernelspecs(jupyterDataDirectories(environment, undefined));
  const spec = specs.get(kernelName.toLowerCase()) ?? [...specs.values()].find(({ language }) => language === 'r');
  const [command = ''] = spec?.argv ?? [];
  return basename(command) === 'R' ? `${command}script` : undefined;
}

function isRemote({ name, kernelName = 'python3' }: Script, { gateway }: Config): boolean {
  if (gateway === undefined) return false;
  return gateway.scripts.length === 0 || readGatewayRule(gateway.scripts)({ script: name, kernelName });
}

async function pythonOf(script: Script, config: Config, python: string | undefined): Promise<string | undefined> {
  const { kernelName = 'python3', language } = script;
  if (python === undefined || language !== 'python' || script.environmentProblem !== undefined) return undefined;
  if (isRemote(script, config)) return undefined;
  const { environments, environment } = config;
  const declared = environmentRule(config)?.(script);
  if (declared !== undefined && environments !== undefined)
    return findEnvironment(declared, { ...environments, python, environment, inUse: () => new Set<string>() })?.python;
  if (kernelName === 'python3') return python;
  const specs = await findKernelspecs(jupyterDataDirectories(environment, python));
  return specs.has(kernelName.toLowerCase()) ? undefined : python;
}

function isIn(folder: string, name: string): boolean {
  return existsSync(join(folder, name)) || existsSync(join(folder, `${name}.py`));
}
