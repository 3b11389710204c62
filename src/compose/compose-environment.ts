/** The environments of scripts that declare packages, from the settings. */
import type { AppContext, Log } from '../app/context.ts';
import type { Config } from '../config/config.ts';
import type { EnvironmentSource } from '../domain/kernel/environment.ts';
import type { ScriptEnvironment } from '../domain/script/script-environment.ts';
import { readGatewayRule } from '../kernel/gateway/gateway-route.ts';
import { createEnvironments } from '../python/environments.ts';
import type { PythonEnvironment } from '../python/environment.ts';

/** Undefined: all scripts run in the default environment. */
export function composeEnvironments(
  config: Config,
  python: Promise<PythonEnvironment | undefined>,
  { log, say }: { readonly log: Log; readonly say?: (line: string) => void },
): EnvironmentSource | undefined {
  if (config.environments === undefined) return undefined;
  return createEnvironments({
    ...config.environments,
    python: python.then((found) => found?.path),
    environment: config.environment,
    ...(say === undefined ? {} : { say, onStart: ({ file }) => say(`Installing the packages of ${file}`) }),
    onBuilt: ({ file }, { version }, ms) => log.info({ file, version, ms }, 'The packages of scripts are installed'),
    onFailed: ({ file }, message) => log.warn({ file, message }, 'The packages of scripts could not be installed'),
  });
}

/** Which scripts have packages of their own: none on a gateway, which has its kernels. Undefined: no script. */
export function environmentRule({ environments, gateway }: Config): AppContext['environmentFor'] | undefined {
  if (environments === undefined || gateway?.scripts.length === 0) return undefined;
  const isRemote = readGatewayRule(gateway?.scripts ?? []);
  return ({ name, kernelName, language, environment }) =>
    !isBuilt(environment, { ...environments, language }) || isRemote({ script: name, kernelName })
      ? undefined
      : environment;
}

/** Packages of R are installed from their source, which executes their code; those of conda bring their own Python. */
function isBuilt(
  declared: ScriptEnvironment | undefined,
  { mayBuild, language }: { readonly mayBuild: boolean; readonly language: string },
): declared is ScriptEnvironment {
  switch (declared?.kind) {
    case undefined:
      return false;
    case 'python':
      return true;
    case 'conda':
      return language.toLowerCase() === 'python';
    case 'renv':
      return mayBuild;
  }
}
