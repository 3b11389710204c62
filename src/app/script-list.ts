/** The catalogue: all scripts, each with its newest report and its usual duration. */
import type { Actor } from '../domain/access/access.ts';
import { authorize } from '../domain/access/access.ts';
import type { Run } from '../domain/run/run.ts';
import { namesOf, type Script } from '../domain/script/script.ts';
import type { ScriptProblem } from '../domain/problem.ts';
import type { AppContext } from './context.ts';
import { mayRead } from './script-find.ts';
import { environmentProblem } from './script-environment.ts';

export interface ScriptListing {
  readonly script: Script;
  /** The newest finished report that the actor may see. */
  readonly latest?: Run;
  /** Median of the last successful runs. */
  readonly usualMs?: number;
  /** It could be run, but its kernel or its packages are not installed here. */
  readonly missing?: ScriptProblem;
}

/** Sorted by name; scripts that the actor may not read are left out. */
export async function listScripts(ctx: AppContext, actor: Actor): Promise<readonly ScriptListing[]> {
  authorize(actor, { type: 'list-scripts' });
  const [scripts, latest, usualMs] = await Promise.all([ctx.scripts.list(), ctx.runs.latest(), ctx.runs.usualMs()]);
  const missing = missingKernels(ctx);
  const permitted = scripts.filter((script) => mayRead(actor, script));
  return Promise.all(
    permitted.map(async (script) =>
      listing(script, {
        latest: newestOf(script, latest),
        usualMs: usualOf(script, usualMs),
        missing: await missing(script),
      }),
    ),
  );
}

/** The newest run of those under any of the script's names. */
export function newestOf(script: Script, latest: ReadonlyMap<string, Run>): Run | undefined {
  const runs = namesOf(script).flatMap((name) => latest.get(name) ?? []);
  return runs.sort((one, other) => other.createdAtMs - one.createdAtMs)[0];
}

/** Under its present name, or else the last of its names that is known. */
export function usualOf(script: Script, usualMs: ReadonlyMap<string, number>): number | undefined {
  return namesOf(script).flatMap((name) => usualMs.get(name) ?? [])[0];
}

/** What a script lacks here: its packages, or its kernel. Looks up each kernel once. */
export function missingKernels(
  ctx: Pick<AppContext, 'kernels' | 'environmentFor' | 'environments'>,
): (script: Script) => Promise<ScriptProblem | undefined> {
  const { kernels } = ctx;
  const asked = new Map<string, Promise<ScriptProblem | undefined>>();
  return async (script) => {
    const { state, kernelName, language } = script;
    const problem = state === 'ready' ? environmentProblem(ctx, script) : undefined;
    if (problem !== undefined) return problem;
    if (state !== 'ready' || kernels.missing === undefined) return undefined;
    const key = `${kernelName ?? ''} ${language}`;
    const answer = asked.get(key) ?? kernels.missing({ kernelName, language });
    asked.set(key, answer);
    return answer;
  };
}

export function listing(
  script: Script,
  known: { readonly [Key in 'latest' | 'usualMs' | 'missing']: ScriptListing[Key] | undefined },
): ScriptListing {
  return { script, ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)) };
}
