/** What `check` finds in scripts: in their code, and in what they import, connect to, declare and have shown. */
import { unbuiltFinding } from '../../app/packages-finding.ts';
import { reviewOutputs } from '../../app/output-review.ts';
import {
  checkReferences,
  type NamedReferences,
  readReferences,
  type ScriptReferences,
} from '../../app/script/script-reference.ts';
import type { Config } from '../../config/config.ts';
import { pythonRequest } from '../../compose/compose-kernel.ts';
import { environmentRule } from '../../compose/compose-environment.ts';
import { composeModules } from '../../compose/compose-module.ts';
import { createConnectionSource } from '../../connection/connection-source.ts';
import { readConnectionRules } from '../../domain/connection/connection-rule.ts';
import type { Finding } from '../../domain/finding.ts';
import type { Script, ScriptSource } from '../../domain/script/script.ts';
import { languages } from '../../language/all.ts';
import { findPython } from '../../python/prepare.ts';
import { readPackageFindings } from './check-packages.ts';

/** By file, of those that can be published. Says once, on standard error, why imports cannot be checked. */
export async function reviewContents(
  scripts: readonly Script[],
  source: ScriptSource,
  config: Config,
): Promise<ReadonlyMap<string, readonly Finding[]>> {
  const ready = scripts.filter(({ state }) => state === 'ready');
  const python = ready.some(({ language }) => language === 'python') ? await pythonPath(config) : undefined;
  const spoken = languages();
  const named: NamedReferences[] = [];
  const found = new Map<string, Finding[]>();
  const rule = environmentRule(config);
  for (const { name } of ready) {
    const content = await source.read(name);
    const { script } = content;
    named.push(readReferences(content, { languages: spoken }));
    found.set(script.file, [
      ...(script.findings?.() ?? []),
      ...reviewOutputs(content, config.limits),
      ...unbuiltFinding(script, rule),
    ]);
  }
  const references = await checkAll(named, config, python?.path);
  for (const [file, { findings }] of references) found.get(file)?.push(...findings);
  for (const [file, findings] of await readPackageFindings(ready, config, python?.path))
    found.get(file)?.push(...findings);
  const hasImports = [...references.values()].some(({ modules }) => modules.length > 0);
  if (python?.problem !== undefined && hasImports) console.error(`Imports are not checked. ${python.problem}`);
  return found;
}

/** Together, so that each Python is asked once. */
async function checkAll(
  named: readonly NamedReferences[],
  config: Config,
  python: string | undefined,
): Promise<ReadonlyMap<string, ScriptReferences>> {
  const { project, environment, passEnvironment: passed } = config;
  const ports = {
    modules: composeModules(config, () => python),
    connections: createConnectionSource({
      folder: project.link,
      scripts: project.scripts,
      environment,
      passed,
      allows: readConnectionRules(config.connections),
    }),
  };
  return new Map(
    await Promise.all(named.map(async (each) => [each.script.file, await checkReferences(each, ports)] as const)),
  );
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
