/** The published scripts: what they lack here, their newest reports and their usual durations. */
import type { Actor } from '../../domain/access/access.ts';
import { authorize } from '../../domain/access/access.ts';
import type { ScriptProblem } from '../../domain/problem.ts';
import type { Run } from '../../domain/run/run.ts';
import { namesOf, type Script } from '../../domain/script/script.ts';
import type { AppContext } from '../context.ts';
import { mayReadRun } from '../run/run-read.ts';
import { environmentProblem } from './script-environment.ts';
import { mayRead } from './script-find.ts';

export interface ScriptListing {
  readonly script: Script;
  /** The newest finished report that the actor may see. */
  readonly latest?: Run;
  /** Median of the last successful runs. */
  readonly usualMs?: number;
  /** It could be run, but its kernel or its packages are not installed here. */
  readonly missing?: ScriptProblem;
}

/** All that the actor may read, sorted by name. */
export async function listScripts(ctx: AppContext, actor: Actor): Promise<readonly ScriptListing[]> {
  authorize(actor, { type: 'list-scripts' });
  const scripts = (await ctx.scripts.list()).filter((script) => mayRead(actor, script));
  const missing = await missingKernels(
    ctx,
    scripts.map((script) => ({ script })),
  );
  return scripts.map((script) => listing(script, { missing: missing(script) }));
}

/** With the newest reports that the actor may see, and usual durations, which are looked up together. */
export async function withRuns(
  { runs }: Pick<AppContext, 'runs'>,
  actor: Actor,
  scripts: readonly Script[],
): Promise<readonly ScriptListing[]> {
  const names = scripts.flatMap(namesOf);
  const [latest, usualMs] = await Promise.all([runs.latest(names), runs.usualMs(names)]);
  return scripts.map((script) =>
    listing(script, { latest: newestOf(script, latest, actor), usualMs: usualOf(script, usualMs) }),
  );
}

/** The newest run of those under any of the script's names, if the actor may see it. */
function newestOf(script: Script, latest: ReadonlyMap<string, Run>, actor: Actor): Run | undefined {
  const runs = namesOf(script).flatMap((name) => latest.get(name) ?? []);
  return runs.filter((run) => mayReadRun(actor, run)).sort((one, other) => other.createdAtMs - one.createdAtMs)[0];
}

/** Under its present name, or else the last of its names that is known. */
export function usualOf(script: Script, usualMs: ReadonlyMap<string, number>): number | undefined {
  return namesOf(script).flatMap((name) => usualMs.get(name) ?? [])[0];
}

/** What each of the scripts lacks here: its packages, or its kernel. Looks up each kernel once. */
export async function missingKernels(
  ctx: Pick<AppContext, 'kernels' | 'environmentFor' | 'environments'>,
  scripts: readonly { readonly script: Script }[],
): Promise<(script: Script) => ScriptProblem | undefined> {
  const { kernels } = ctx;
  // by name and language: a key made of both, for each of thousands of scripts, would take most of the time
  const known = new Map<string | undefined, Map<string, ScriptProblem | undefined>>();
  for (const { script } of scripts) {
    if (script.state !== 'ready') continue;
    const ofName = known.get(script.kernelName) ?? new Map<string, ScriptProblem | undefined>();
    if (ofName.size === 0) known.set(script.kernelName, ofName);
    if (!ofName.has(script.language)) ofName.set(script.language, undefined);
  }
  const wanted = [...known].flatMap(([kernelName, ofName]) =>
    [...ofName.keys()].map(async (language) => {
      ofName.set(language, await kernels.missing?.({ kernelName, language }));
    }),
  );
  await Promise.all(wanted);
  return (script) =>
    script.state === 'ready'
      ? (environmentProblem(ctx, script) ?? known.get(script.kernelName)?.get(script.language))
      : undefined;
}

export function listing(
  script: Script,
  known: { readonly [Key in 'latest' | 'usualMs' | 'missing']?: ScriptListing[Key] | undefined },
): ScriptListing {
  return { script, ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)) };
}
