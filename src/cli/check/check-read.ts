/** What `check` reads: the scripts of a project, their kernels, and what a running server knows of their snapshots. */
import type { Config } from '../../config/config.ts';
import { pythonRequest } from '../../compose/compose-kernel.ts';
import { problemText } from '../../domain/problem.ts';
import type { Script, ScriptSource } from '../../domain/script/script.ts';
import { createScriptSource } from '../../files/script-source.ts';
import { missingKernel } from '../../kernel/process/kernelspec-choice.ts';
import { jupyterDataDirectories } from '../../kernel/process/kernelspec.ts';
import { languages } from '../../language/all.ts';
import { findPython } from '../../python/prepare.ts';
import { plain, readServerStatus } from '../server-status.ts';

/** All current scripts of the project. */
export function readScripts(config: Config): Promise<readonly Script[]> {
  return withScripts(config, (source) => source.list());
}

/** Closes the source of the project's scripts after the work. */
export async function withScripts<T>(
  { project, followLinks }: Config,
  work: (source: ScriptSource) => Promise<T>,
): Promise<T> {
  const source = await createScriptSource({
    directory: project.published,
    languages: languages(),
    followLinks,
    watch: false,
  });
  try {
    return await work(source);
  } finally {
    await source.close();
  }
}

/** By script name; a notebook without its kernel is published anyway, and its page says what is missing. */
export async function missingKernels(scripts: readonly Script[], config: Config): Promise<ReadonlyMap<string, string>> {
  const others = scripts.filter(({ state, language }) => state === 'ready' && language !== 'python');
  if (others.length === 0) return new Map();
  const python = await findPython({
    ...pythonRequest(config, { say: () => {} }),
    signal: new AbortController().signal,
  }).catch(() => undefined);
  const directories = jupyterDataDirectories(config.environment, python?.path);
  const found = await Promise.all(
    others.map(
      async ({ name, kernelName, language }) =>
        [name, await missingKernel({ kernelName, language }, directories)] as const,
    ),
  );
  return new Map(found.flatMap(([name, problem]) => (problem === undefined ? [] : [[name, problemText(problem)]])));
}

/**
 * By script name: what the server that runs on this project found when it tried; a script that requests no snapshot has
 * no entry.
 */
export async function refusedSnapshots(
  scripts: readonly Script[],
  config: Config,
): Promise<ReadonlyMap<string, string>> {
  if (scripts.every(({ options }) => options.snapshot === undefined)) return new Map();
  const status = await readServerStatus(config).catch(() => undefined);
  return new Map(status?.withoutSnapshot.map(({ script, why }) => [script, plain(why)]));
}
