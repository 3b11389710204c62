/**
 * `script-runner check [folder]`: which scripts cannot be published, and what needs attention in the others. Needs no
 * Python; a running server says why snapshots could not be taken.
 */
import { readConfig } from '../config/config.ts';
import type { Config } from '../config/config.ts';
import { problemText, type ScriptProblem } from '../domain/problem.ts';
import type { Script } from '../domain/script/script.ts';
import { createScriptSource } from '../files/script-source.ts';
import { missingKernel } from '../kernel/process/kernelspec-choice.ts';
import { jupyterDataDirectories } from '../kernel/process/kernelspec.ts';
import { languages } from '../language/all.ts';
import { pythonRequest } from '../compose/compose-kernel.ts';
import { reviewTemplates } from '../page/template-review.ts';
import { findPython } from '../python/prepare.ts';
import { plain, readServerStatus } from './server-status.ts';

/** Exit code 1 when a script is broken. */
export async function check(folder: string, json: boolean): Promise<void> {
  const config = readConfig({ target: folder });
  const { project } = config;
  const scripts = await readScripts(config);
  const missing = await missingKernels(scripts, config);
  const unfit = await refusedSnapshots(scripts, config);
  const templates = await reviewTemplates(project.templates);
  if (json) {
    const known = scripts.map(({ name, file, title, state, problem, hints, options, origins, ...more }) => ({
      name,
      file,
      title,
      state,
      problem,
      hints: hints?.() ?? [],
      inputs: origins ?? {},
      missingKernel: missing.get(name),
      snapshotProblem: options.snapshot?.problem ?? unfit.get(name),
      environment: more.environment?.file,
      environmentProblem: more.environmentProblem,
    }));
    console.log(
      JSON.stringify(
        [...known, ...templates.map(({ file, problem }) => ({ file, state: 'unused', problem }))],
        null,
        2,
      ),
    );
  } else {
    if (scripts.length === 0) console.log(`${project.scripts} contains no notebooks.`);
    for (const script of scripts) console.log(lineOf(script, missing.get(script.name), unfit.get(script.name)));
    for (const { file, problem } of templates) console.log(paragraph(`unused    ${file}`, problem));
  }
  if (scripts.some(({ state }) => state === 'broken')) process.exitCode = 1;
}

/** All current scripts of the project. */
export async function readScripts({ project, followLinks }: Config): Promise<readonly Script[]> {
  const source = await createScriptSource({
    directory: project.published,
    languages: languages(),
    followLinks,
    watch: false,
  });
  const scripts = await source.list();
  await source.close();
  return scripts;
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
async function refusedSnapshots(scripts: readonly Script[], config: Config): Promise<ReadonlyMap<string, string>> {
  if (scripts.every(({ options }) => options.snapshot === undefined)) return new Map();
  const status = await readServerStatus(config).catch(() => undefined);
  return new Map(status?.withoutSnapshot.map(({ script, why }) => [script, plain(why)]));
}

function lineOf(
  { file, state, problem, schema, options, origins = {}, hints: findHints, ...more }: Script,
  missing: string | undefined,
  unfit: string | undefined,
): string {
  const count = Object.keys(schema.properties).length;
  if (state !== 'ready') return paragraph(`${state.padEnd(9)} ${file}`, problem);
  if (more.environmentProblem !== undefined) return paragraph(`packages  ${file}`, more.environmentProblem);
  if (missing !== undefined) return `no kernel ${file}\n          ${missing}`;
  const hints = findHints?.() ?? [];
  const line = `${hints.length === 0 ? 'ok       ' : 'note     '} ${file} (${count === 1 ? '1 parameter' : `${count} parameters`})`;
  const snapshot = options.snapshot?.problem ?? unfit;
  return [
    line,
    ...hints.map(({ what, where, remedy }) => `          ${where}: ${what} ${remedy}`),
    ...Object.entries(origins).flatMap(([name, places]) => originLine(name, places)),
    ...(more.environment === undefined ? [] : [`          packages: ${more.environment.file}`]),
    ...(snapshot === undefined ? [] : [`          no snapshot: ${snapshot}`]),
  ].join('\n');
}

/** Said where two places declare an input, for an author to see which one counts. */
function originLine(name: string, places: readonly string[]): string[] {
  const [last, ...before] = places.toReversed();
  return last === undefined || before.length === 0
    ? []
    : [`          ${name}: ${last} refines ${before.join(', which refines ')}`];
}

function paragraph(first: string, problem: ScriptProblem | undefined): string {
  return [first, problem?.what, problem?.where, problem?.remedy]
    .filter((part) => part !== undefined)
    .join('\n          ');
}
