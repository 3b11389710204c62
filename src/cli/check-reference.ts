/** The imports and connections of the scripts that `check` reads. */
import { checkReferences, type ScriptReferences } from '../app/script-reference.ts';
import type { Config } from '../config/config.ts';
import { pythonRequest } from '../compose/compose-kernel.ts';
import { composeModules } from '../compose/compose-module.ts';
import { createConnectionSource } from '../connection/connection-source.ts';
import { readConnectionRules } from '../domain/connection/connection-rule.ts';
import type { Script, ScriptSource } from '../domain/script/script.ts';
import { languages } from '../language/all.ts';
import { findPython } from '../python/prepare.ts';

/** By name, of those that can be published. Says once, on standard error, why imports cannot be checked. */
export async function readReferences(
  scripts: readonly Script[],
  source: ScriptSource,
  config: Config,
): Promise<ReadonlyMap<string, ScriptReferences>> {
  const ready = scripts.filter(({ state, language }) => state === 'ready' && language === 'python');
  const python = ready.length === 0 ? undefined : await pythonPath(config);
  const ports = {
    languages: languages(),
    modules: composeModules(config, () => python?.path),
    connections: createConnectionSource({
      folder: config.project.link,
      scripts: config.project.scripts,
      environment: config.environment,
      passed: config.passEnvironment,
      allows: readConnectionRules(config.connections),
    }),
  };
  const found = new Map<string, ScriptReferences>();
  for (const { name } of ready) found.set(name, await checkReferences(await source.read(name), ports));
  const hasImports = [...found.values()].some(({ modules }) => modules.length > 0);
  if (python?.problem !== undefined && hasImports) console.error(`Imports are not checked. ${python.problem}`);
  return found;
}

async function pythonPath(config: Config): Promise<{ readonly path?: string; readonly problem?: string } | undefined> {
  const signal = new AbortController().signal;
  try {
    const found = await findPython({ ...pythonRequest(config, { say: () => {} }), signal });
    return found === undefined ? { problem: 'No Python with ipykernel was found.' } : { path: found.path };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
