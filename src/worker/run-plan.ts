/** What a claimed run executes: the bytes stored at submit, with the cell that carries the values inserted. */
import { AppError } from '../domain/error.ts';
import type { JsonObject } from '../domain/text/json.ts';
import type { KernelRequest, Prefix } from '../domain/kernel/kernel.ts';
import { injectParameters } from '../domain/notebook/notebook-inject.ts';
import type { Cell } from '../domain/notebook/notebook.ts';
import type { ParametersSchema } from '../domain/parameter/parameter.ts';
import { passwordVariable } from '../domain/parameter/password-variable.ts';
import type { RunEvent } from '../domain/run/run-event.ts';
import type { Claim } from '../domain/run/run-store.ts';
import type { RunContext } from './context.ts';
import { importsOf } from './kernel-prepare.ts';
import { prefixOf } from './script-prefix.ts';
import { loadSubmitted } from '../app/script-submitted.ts';

export interface RunPlan {
  readonly cells: readonly Cell[];
  readonly started: Extract<RunEvent, { type: 'run-started' }>;
  readonly request: Pick<
    KernelRequest,
    'runId' | 'kernelName' | 'language' | 'directory' | 'params' | 'environment' | 'imports'
  >;
  /** Cells that may have been executed in a snapshot. */
  readonly prefix: Prefix | undefined;
  /** Source that writes the variables which the author offers as files; undefined: none. */
  readonly downloads: string | undefined;
}

/** Throws `invalid` when the stored script cannot be run, `internal` when it is missing. */
export async function planRun(ctx: RunContext, { run, attempt, secrets }: Claim, worker: string): Promise<RunPlan> {
  const submitted = await loadSubmitted(ctx, run);
  if (submitted === undefined) throw new AppError('internal', 'The stored script is missing.');
  const { script, notebook, directory } = submitted;
  const language = ctx.languages.get(notebook.language) ?? ctx.languages.get('other');
  const isGiven = Object.keys(run.parameters).length > 0;
  const source = isGiven ? language?.writeParameters(run.parameters, withPasswords(script.schema, secrets)) : undefined;
  const injection = source === undefined ? undefined : injectParameters(notebook, source);
  const { cells } = injection?.notebook ?? notebook;
  const injected =
    injection === undefined || source === undefined
      ? {}
      : { injected: { at: injection.at, source, replaces: injection.replaces } };
  const prefix = prefixOf(ctx, submitted);
  // Cells below the values may use them.
  const isAbove = injection === undefined || (script.options.snapshot?.lastCell ?? -1) < injection.at;
  return {
    cells,
    prefix: isAbove ? prefix : undefined,
    started: {
      type: 'run-started',
      attempt,
      worker,
      cells: cells.filter(({ type }) => type === 'code').length,
      ...injected,
    },
    request: {
      runId: run.id,
      kernelName: notebook.kernelName,
      language: notebook.language,
      directory,
      params: { ...run.parameters, ...secrets } satisfies JsonObject,
      imports: importsOf(cells, language),
      environment: notebook.language === 'python' ? {} : passwordVariables(secrets),
    },
    downloads: script.options.downloads.length === 0 ? undefined : language?.writeDownloads(script.options.downloads),
  };
}

/**
 * What was a password at submit still is one, even if the file that said so is unknown: runs from before migration 0003
 * have none.
 */
function withPasswords(schema: ParametersSchema, secrets: Claim['secrets']): ParametersSchema {
  const passwords = Object.keys(secrets).map((name) => [
    name,
    { ...schema.properties[name], type: 'string', format: 'password' } as const,
  ]);
  return { ...schema, properties: { ...schema.properties, ...Object.fromEntries(passwords) } };
}

/** How languages without our module read passwords (see `Language.writeParameters`). */
function passwordVariables(secrets: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(secrets).map(([name, value]) => [passwordVariable(name), value]));
}
