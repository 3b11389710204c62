/** What a script's packages mean for its runs: which environment they get, and why they cannot start. */
import type { Actor } from '../../domain/access/access.ts';
import { AppError } from '../../domain/error.ts';
import type { EnvironmentState } from '../../domain/kernel/environment.ts';
import { problemError, type ScriptProblem } from '../../domain/problem.ts';
import {
  environmentText,
  readEnvironmentText,
  type ScriptEnvironment,
} from '../../domain/script/script-environment.ts';
import type { Script } from '../../domain/script/script.ts';
import type { AppContext } from '../context.ts';
import { findScript } from './script-find.ts';

type Context = Pick<AppContext, 'environmentFor' | 'environments'>;

/**
 * The packages of a new run, which are installed from now on, unless they are. Throws `invalid` if they cannot be read,
 * `unavailable` if they could not be installed.
 */
export function declaredEnvironment(ctx: Context, script: Script): ScriptEnvironment | undefined {
  const problem = environmentProblem(ctx, script);
  if (problem !== undefined && script.environmentProblem !== undefined) throw problemError(problem);
  if (problem !== undefined) throw new AppError('unavailable', problem.what);
  return ctx.environmentFor?.(script);
}

/** Why no run can start for want of packages; undefined also while they are installed. */
export function environmentProblem(ctx: Context, script: Script): ScriptProblem | undefined {
  if (ctx.environmentFor === undefined) return undefined;
  if (script.environmentProblem !== undefined) return script.environmentProblem;
  const state = environmentState(ctx, script);
  if (state?.type !== 'failed') return undefined;
  return {
    what: `The packages of ${script.environment?.file ?? script.name} could not be installed.\n${state.message}`,
  };
}

/** Undefined if it has none of its own, or another process builds it. Starts to build it. */
export function environmentState(ctx: Context, script: Script): EnvironmentState | undefined {
  const declared = ctx.environmentFor?.(script);
  return declared === undefined ? undefined : ctx.environments?.ensure(declared);
}

export interface ScriptPackages {
  readonly script: Script;
  readonly declared: ScriptEnvironment;
  readonly state: EnvironmentState;
}

/**
 * Installs what could not be installed again; changes nothing while it is installed, or being installed. For authors.
 * Throws `not-found` also for a script that declares no packages, `invalid` for a declaration that cannot be read, and
 * `unavailable` where other processes install packages.
 */
export async function retryPackages(ctx: AppContext, actor: Actor, name: string): Promise<ScriptPackages> {
  const script = await findScript(ctx, actor, name, 'author-script');
  if (script.environmentProblem !== undefined) throw problemError(script.environmentProblem);
  const declared = ctx.environmentFor?.(script);
  if (declared === undefined) throw new AppError('not-found', `“${script.name}” has no packages of its own here.`);
  if (ctx.environments === undefined)
    throw new AppError('unavailable', 'The workers install packages; they try again by themselves.');
  const state = ctx.environments.retry(declared);
  ctx.log.info({ script: script.name, file: declared.file, by: actor.id }, 'The packages of a script are tried again');
  await ctx.audit?.record(actor, { action: 'packages-retried', script: script.name, details: { file: declared.file } });
  return { script, declared, state };
}

/**
 * Starts to install what scripts declare; returns a function for each change of the scripts. What is declared anew is
 * tried again even if it has failed before, such as after a wrong change was taken back.
 */
export function packageInstaller(
  ctx: Pick<AppContext, 'environmentFor' | 'environments'>,
): (scripts: readonly Script[]) => void {
  let before: ReadonlySet<string> | undefined;
  return (scripts) => {
    const now = new Set<string>();
    for (const script of scripts) {
      const declared = script.state === 'ready' ? ctx.environmentFor?.(script) : undefined;
      if (declared === undefined) continue;
      const text = environmentText(declared);
      if (before?.has(text) === false) ctx.environments?.retry(declared);
      else ctx.environments?.ensure(declared);
      now.add(text);
    }
    before = now;
  };
}

/** As a sentence, for a run that waits for packages which this process installs; undefined: it does not. */
export async function awaitedPackages(
  { runs, blobs, environments }: Pick<AppContext, 'runs' | 'blobs' | 'environments'>,
  id: string,
): Promise<string | undefined> {
  const packages = environments && (await runs.find(id))?.packages;
  const bytes = packages && (await blobs.get(packages));
  const declared = bytes && readEnvironmentText(Buffer.from(bytes).toString('utf8'));
  if (!declared || environments?.ensure(declared).type !== 'building') return undefined;
  return `It waits for the packages of ${declared.file}, which are being installed.`;
}
