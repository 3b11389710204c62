/** Which Python executes a script, and so which modules it has. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { defined } from '../domain/defined.ts';
import type { ModuleSource } from '../domain/script/module-source.ts';
import type { Script } from '../domain/script/script.ts';
import { readGatewayRule } from '../kernel/gateway/gateway-route.ts';
import { findKernelspecs, jupyterDataDirectories } from '../kernel/process/kernelspec.ts';
import { findEnvironment } from '../python/environment-build.ts';
import { findMissingModules } from '../python/module-find.ts';
import { environmentRule } from './compose-environment.ts';

/** Modules that every kernel gets from us. */
const OURS = join(import.meta.dirname, '../../python');
/** Stand-ins that kernels get for modules of other tools, and `google.colab`. */
const STANDS_IN = new Set(['mercury', 'voila', 'google']);

/** `python`: absolute path of the default one; undefined: there is none. It is not waited for. */
export function composeModules(config: Config, python: () => string | undefined): ModuleSource {
  return {
    async missing({ script, directory }, names) {
      const used = await pythonOf(script, config, python());
      if (used === undefined) return undefined;
      const declaredIn = environmentRule(config)?.(script)?.file;
      const asked = names.filter((name) => !STANDS_IN.has(name) && !isIn(OURS, name) && !isIn(directory, name));
      const missing = await findMissingModules(used, asked, config.environment);
      return missing === undefined ? undefined : { python: used, names: missing, ...defined({ declaredIn }) };
    },
  };
}

async function pythonOf(script: Script, config: Config, python: string | undefined): Promise<string | undefined> {
  const { name, kernelName = 'python3', language } = script;
  if (python === undefined || language !== 'python' || script.environmentProblem !== undefined) return undefined;
  if (config.gateway !== undefined) {
    const { scripts } = config.gateway;
    if (scripts.length === 0 || readGatewayRule(scripts)({ script: name, kernelName })) return undefined;
  }
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
