/** What a claimed run executes: the bytes stored at submit, with the cell that carries the values inserted. */
import { join, sep } from 'node:path';
import { defined } from '../domain/defined.ts';
import { AppError } from '../domain/error.ts';
import type { JsonObject } from '../domain/text/json.ts';
import type { KernelRequest, PrefixRequest } from '../domain/kernel/kernel.ts';
import { injectParameters, injectionPlace } from '../domain/notebook/notebook-inject.ts';
import type { Cell, Notebook } from '../domain/notebook/notebook.ts';
import { markedSource, programName } from '../domain/notebook/program-cell.ts';
import { injectedValues } from '../domain/parameter/parameter-injected.ts';
import { givenFiles, withFilePaths } from '../domain/parameter/parameter-file.ts';
import type { Language, RunValues } from '../domain/parameter/language.ts';
import type { ParametersSchema } from '../domain/parameter/parameter.ts';
import { passwordVariable } from '../domain/parameter/password-variable.ts';
import type { LeftOut } from '../domain/run/bundle.ts';
import { personVariables } from '../domain/run/run-person.ts';
import type { RunEvent } from '../domain/run/run-event.ts';
import type { Claim } from '../domain/run/run-store.ts';
import type { Run } from '../domain/run/run.ts';
import type { FileValue } from '../domain/upload/upload.ts';
import { uploadFolder, uploadPath } from './run-upload.ts';
import type { ScriptContent } from '../domain/script/script.ts';
import type { RunContext } from './context.ts';
import { importsOf } from './kernel-prepare.ts';
import type { ScriptPlace } from './file-kept.ts';
import { firstCells } from './run-first-cell.ts';
import { lastCell, prefixOf } from './script-prefix.ts';
import { loadSubmitted } from '../app/script/script-submitted.ts';

export interface RunPlan {
  readonly cells: readonly Cell[];
  readonly started: Extract<RunEvent, { type: 'run-started' }>;
  readonly request: Pick<
    KernelRequest,
    | 'runId'
    | 'attempt'
    | 'script'
    | 'kernelName'
    | 'language'
    | 'directory'
    | 'root'
    | 'uploads'
    | 'params'
    | 'environment'
    | 'imports'
    | 'firstCells'
  >;
  /** Cells that may have been executed in a snapshot. */
  readonly prefix: Omit<PrefixRequest, 'fingerprint'> | undefined;
  /** Where the script lies: below the scripts' folder (absolute), by these names. */
  readonly place: ScriptPlace;
  /** The files that were given to the run, for `placeUploads`. */
  readonly uploads: readonly FileValue[];
  /** Files beside the script that the run does not have. */
  readonly left: readonly LeftOut[];
  /** Source that writes the variables which the author offers as files; undefined: none. */
  readonly downloads: string | undefined;
  /** Source that is executed silently before the first cell; undefined: none. */
  readonly preparation: string | undefined;
  /** See `Language`. */
  readonly isPlain: (cell: Cell) => boolean;
  /** Whether the tables that it shows are kept, where the settings keep any. */
  readonly keepsTables: boolean;
}

/** What is known of a run before it is claimed, too. */
export interface PlannedRun extends Pick<Claim, 'attempt' | 'secrets' | 'person'> {
  readonly run: Pick<
    Run,
    'id' | 'script' | 'revision' | 'sidecar' | 'commit' | 'bundle' | 'given' | 'parameters' | 'trigger'
  >;
}

/** What is executed: claimed, or as it will be if it starts together with its submission. */
export interface ClaimedRun extends PlannedRun {
  readonly run: PlannedRun['run'] & Pick<Run, 'by' | 'createdAtMs' | 'timezone' | 'packages'>;
}

/** Throws `invalid` when the stored script cannot be run, `internal` when it is missing. */
export async function planRun(
  ctx: Pick<RunContext, 'blobs' | 'bundles' | 'scripts' | 'kernels' | 'languages' | 'limits' | 'workDirectory'>,
  { run: claimed, attempt, secrets, person }: PlannedRun,
  worker: string,
): Promise<RunPlan> {
  const submitted = await loadSubmitted(ctx, claimed);
  if (submitted === undefined) throw new AppError('internal', 'The stored script is missing.');
  const { script, notebook } = submitted;
  const folder = uploadFolder(join(ctx.workDirectory, claimed.id));
  const uploads = givenFiles(script.schema, claimed.given);
  const choice = { script: claimed.script, kernelName: notebook.kernelName };
  const given = ctx.kernels.uploadPlace?.(choice) ?? folder;
  const pathOf = (file: FileValue, index: number) => uploadPath(given, file, index);
  const run = { ...claimed, parameters: withFilePaths(script.schema, claimed, pathOf) };
  const bundle = await openBundle(ctx, run, submitted);
  const directory = bundle?.directory ?? submitted.directory;
  const place = placeOf(directory, script.file);
  const language = ctx.languages.get(notebook.language) ?? ctx.languages.get('other');
  const source = injectedSource(submitted, { run, secrets }, language);
  const injection = source === undefined ? undefined : injectParameters(notebook, source);
  const cells = (injection?.notebook ?? notebook).cells.map((cell) => executed(cell, language));
  const prefix = prefixOf(ctx, { ...submitted, directory });
  const isPlainCell = (cell: Cell) => isPlain(cell, language);
  const keepsTables = script.options.keepsTables !== false && ['python', 'r', 'R'].includes(notebook.language);
  const values = { values: run.parameters, passwords: Object.keys(secrets) };
  const preparation = preparationOf(language, notebook, values, keepsTables);
  // Cells below the values may use them.
  const hasValues = Object.keys(run.parameters).length > 0;
  const first = (after?: number) =>
    preparation === undefined ? { firstCells: firstCells(cells, injection?.at, isPlainCell, after) } : {};
  const isAbove = !hasValues || (script.options.snapshot?.lastCell ?? -1) < injectionPlace(notebook);
  return {
    cells,
    prefix: isAbove && prefix ? { plan: prefix, ...first(lastCell(prefix)) } : undefined,
    started: {
      type: 'run-started',
      attempt,
      worker,
      cells: cells.filter(({ type }) => type === 'code').length,
      ...(injection === undefined || source === undefined
        ? {}
        : { injected: { at: injection.at, source, replaces: injection.replaces } }),
    },
    request: {
      runId: run.id,
      attempt,
      script: run.script,
      kernelName: notebook.kernelName,
      language: notebook.language,
      directory,
      ...(bundle === undefined ? {} : { root: bundle.root }),
      ...(run.commit === undefined ? {} : { scriptsFolder: place.root }),
      ...(uploads.length === 0 ? {} : { uploads: { folder, place: given } }),
      params: { ...run.parameters, ...secrets } satisfies JsonObject,
      imports: importsOf(withoutCell(cells, injection?.at), language),
      ...first(),
      environment: {
        ...(notebook.language === 'python' ? {} : passwordVariables(secrets)),
        ...personVariables(person),
      },
    },
    place,
    keepsTables,
    isPlain: isPlainCell,
    uploads,
    left: bundle?.left ?? [],
    preparation,
    downloads: script.options.downloads.length === 0 ? undefined : language?.writeDownloads(script.options.downloads),
  };
}

/** What the cell with the values imports is not worth loading before. */
function withoutCell(cells: readonly Cell[], at: number | undefined): readonly Cell[] {
  return cells.filter((_, index) => index !== at);
}

/** Neither a cell nor the language of its notebook ever changes. */
const plainCells = new WeakMap<Cell, boolean>();

function isPlain(cell: Cell, language: Language | undefined): boolean {
  const known = plainCells.get(cell) ?? language?.isPlain?.(cell.source) === true;
  plainCells.set(cell, known);
  return known;
}

/** A program is executed as its language does that. */
function executed(cell: Cell, language: Language | undefined): Cell {
  const name = programName(cell);
  const source = name === undefined ? undefined : language?.writeProgram?.(cell.source, name);
  return source === undefined ? cell : { ...cell, source };
}

/** What the calls of another tool's notebook need comes first. */
function preparationOf(
  language: Language | undefined,
  { cells }: Notebook,
  run: RunValues,
  keepsTables: boolean,
): string | undefined {
  const code = cells.filter(({ type }) => type === 'code').map(markedSource);
  const parts = [language?.callSource?.(code, run), keepsTables ? language?.tableSource?.() : undefined];
  return parts.some((part) => part !== undefined) ? parts.filter((part) => part !== undefined).join('\n') : undefined;
}

async function openBundle(
  ctx: Pick<RunContext, 'bundles'>,
  { id, bundle }: PlannedRun['run'],
  { directory, script }: ScriptContent,
) {
  const place = { directory, file: script.file, ...defined({ further: script.options.files }) };
  return bundle === undefined ? undefined : ctx.bundles?.open(id, bundle, place);
}

function placeOf(directory: string, file: string): ScriptPlace {
  const names = file.split('/').slice(0, -1);
  const end = [sep, ...names.join(sep)].join('');
  return names.length > 0 && directory.endsWith(end)
    ? { root: directory.slice(0, -end.length), names }
    : { root: directory, names: [] };
}

/**
 * Source of the cell with the injected values; undefined: none. A cell that another tool injected earlier is replaced
 * even by an empty one: its values are not this run's.
 */
function injectedSource(
  { script, notebook }: ScriptContent,
  { run, secrets }: Pick<PlannedRun, 'run' | 'secrets'>,
  language: Language | undefined,
): string | undefined {
  const values = injectedValues(run, script);
  const hasEarlier =
    Object.keys(run.parameters).length > 0 && notebook.cells.some(({ tags }) => tags.includes('injected-parameters'));
  if (Object.keys(values).length === 0 && !hasEarlier) return undefined;
  return language?.writeParameters(values, withPasswords(script.schema, secrets));
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
