/** The parameters of a script: what its code, its first cell, its metadata and the file beside it declare, merged. */
import { type Json, isJsonObject } from '../domain/text/json.ts';
import { JsonTextError, parseJsonText } from '../domain/text/json-text.ts';
import { findRounded } from '../domain/text/json-exact.ts';
import type { CalledParameter, DeclaredParameter, Language } from '../domain/parameter/language.ts';
import type { Notebook } from '../domain/notebook/notebook.ts';
import { injectionPlace, isParametersCell } from '../domain/notebook/notebook-inject.ts';
import { defaultProblem } from '../domain/parameter/parameter-check.ts';
import { dependencyProblem } from '../domain/parameter/parameter-dependency.ts';
import { ownDefaults } from '../domain/parameter/parameter-injected.ts';
import type { ParametersSchema } from '../domain/parameter/parameter.ts';
import { mergeParameters, type Refinement } from '../domain/parameter/parameter-refine.ts';
import { readSidecar } from '../domain/parameter/parameter-sidecar.ts';
import { widgetProblem } from '../domain/parameter/parameter-widget.ts';
import type { Script } from '../domain/script/script.ts';
import { problemError } from '../domain/problem.ts';
import { withFunctions } from './script-choice.ts';
import { checkUtf8, codeOf, decode, type SourceFile } from './source-file.ts';
import type { Preface } from './script-preface.ts';
import type { SidecarValue } from './script-own.ts';
import { readYaml, roundedError } from './yaml-text.ts';

/** Limit of a parameters cell: forms of thousands of inputs have less. */
const MOST_CODE_CHARS = 50_000;
/** Limit of a file of parameters, for which the largest lists of choices have a tenth of this. */
const MOST_SIDECAR_BYTES = 2_000_000;

export interface Declarations {
  readonly notebook: Notebook;
  readonly preface: Preface | undefined;
  readonly sidecar: SidecarValue | undefined;
  /** Every assignment of the parameters cell is a parameter, not only those in the preface. */
  readonly isOpen: boolean;
}

type Parameters = Pick<Script, 'schema' | 'ownDefaults' | 'called' | 'origins'>;

/** A declaration of a place, for people: `the file sales.params.yaml`. */
interface Place {
  readonly where: string;
  readonly refinement: Refinement;
}

/**
 * Each later place refines the earlier ones, key by key: calls in the code, the parameters cell, the first cell, the
 * metadata, the file beside the script. Throws `invalid` with a `ScriptProblem`.
 */
export function readParameters(declarations: Declarations, language: Language): Parameters {
  const { notebook, preface, sidecar } = declarations;
  const cell = readCell(declarations, language);
  const own = isJsonObject(notebook.metadata.script_runner) ? notebook.metadata.script_runner.parameters : undefined;
  const metadata = 'the notebook’s metadata, script_runner.parameters';
  const explicit: Place[] = [
    ...(own === undefined ? [] : [{ where: metadata, refinement: checked(own, metadata) }]),
    ...(sidecar === undefined ? [] : [{ where: sidecar.file, refinement: checked(sidecar.value, sidecar.file) }]),
  ];
  const places: Place[] = [
    ...(preface === undefined ? [] : [{ where: 'the first cell', refinement: preface }]),
    ...explicit,
  ];
  const refinements = places.map(({ refinement }) => refinement);
  const isVariable = new Set([...cell.map(({ name }) => name), ...Object.keys(preface?.properties ?? {})]);
  const all = (language.readCalls?.(codeOf(notebook.cells)) ?? []).filter(({ name }) => !isVariable.has(name));
  const certain = all.filter(({ isFallback }) => isFallback !== true);
  const hasOthers = certain.length + cell.length > 0 || refinements.some(({ properties }) => hasAny(properties));
  const calls = hasOthers ? certain : all;
  const declared = [...cell, ...calls];
  const schema = withFunctions(mergeParameters(declared, refinements), notebook, language);
  const written = explicit.map(({ refinement }) => refinement);
  checkWidgets(schema, written);
  checkDefaults(schema, written);
  checkDependencies(schema);
  const called = calls.map(({ name }) => name);
  checkNames(
    Object.keys(schema.properties).filter((name) => !called.includes(name)),
    notebook,
    language,
  );
  return {
    schema,
    ownDefaults: ownDefaults(cell, refinements, schema, language),
    ...(called.length === 0 ? {} : { called }),
    origins: originsOf(cell, calls, places),
  };
}

function hasAny(properties: object): boolean {
  return Object.keys(properties).length > 0;
}

/** The cell tagged `parameters`; those of a preface name what of it counts if nobody has tagged it. */
function readCell({ notebook, preface, isOpen }: Declarations, language: Language): readonly DeclaredParameter[] {
  const cell = notebook.cells.find(isParametersCell);
  if (cell === undefined) return [];
  if (cell.source.length > MOST_CODE_CHARS) {
    const what = `The cell of parameters has ${cell.source.length} characters; the limit is ${MOST_CODE_CHARS}.`;
    throw problemError({
      what,
      where: 'the parameters',
      remedy: 'Move everything that is not a parameter into another cell.',
    });
  }
  const above = codeOf(notebook.cells.slice(0, injectionPlace(notebook))).filter(
    ({ length }) => length <= MOST_CODE_CHARS,
  );
  return language
    .readParameters(cell.source, above)
    .filter(({ name }) => isOpen || (preface !== undefined && Object.hasOwn(preface.properties, name)));
}

/** The place whose default counts comes last. */
function originsOf(
  cell: readonly DeclaredParameter[],
  calls: readonly CalledParameter[],
  places: readonly Place[],
): Record<string, string[]> {
  const origins = new Map<string, string[]>();
  const add = (name: string, where: string) => origins.set(name, [...(origins.get(name) ?? []), where]);
  for (const { name } of cell) add(name, 'the cell tagged parameters');
  for (const { name, call, cell: at } of calls) add(name, `${call} in step ${at + 1}`);
  for (const { where, refinement } of places) for (const name of Object.keys(refinement.properties)) add(name, where);
  return Object.fromEntries(origins);
}

function checkNames(names: readonly string[], notebook: Notebook, language: Language): void {
  const odd = names.find((name) => !language.accepts(name));
  if (odd === undefined) return;
  throw problemError(
    language.id === 'other'
      ? {
          what: `Parameters are declared, but cannot be passed to a notebook of the language ${notebook.language}.`,
          remedy: 'Remove them.',
        }
      : {
          what: `“${odd}” is not a name that a variable can have.`,
          where: 'the parameters',
          remedy: 'Rename the parameter.',
        },
  );
}

/** Throws `invalid` with a problem for a file that is neither JSON nor YAML. */
export function readSidecarFile(source: SourceFile): SidecarValue {
  const { file, bytes } = source;
  if (bytes.length > MOST_SIDECAR_BYTES) {
    const what = `The parameters’ file has ${bytes.length} bytes; the limit is ${MOST_SIDECAR_BYTES}.`;
    throw problemError({ what, where: file, remedy: 'Make its lists of choices shorter.' });
  }
  checkUtf8(source);
  return { file, value: readSidecarText(file, decode(bytes)) };
}

function readSidecarText(file: string, text: string): Json {
  if (file.endsWith('.yaml')) return readYaml(text, { file, line: 1, isExact: true });
  try {
    const value = parseJsonText(text);
    const rounded = findRounded(text);
    if (rounded !== undefined) throw roundedError(rounded, file);
    return value;
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    const where = `${file}, line ${error.line}, column ${error.column}`;
    throw problemError(
      {
        what: `The parameters’ file is not valid JSON: ${error.message}.`,
        where,
        remedy: 'Correct this line and save.',
      },
      error,
    );
  }
}

/** Controls and bounds that contradict the rest, in a hand-written schema; in code they are only hints. */
function checkWidgets(schema: ParametersSchema, explicit: readonly Refinement[]): void {
  for (const name of explicit.flatMap(({ properties }) => Object.keys(properties))) {
    const flaw = widgetProblem(schema.properties[name] ?? {});
    if (flaw === undefined) continue;
    const remedy = 'Change its control, its type or its bounds.';
    throw problemError({ what: `The parameter “${name}” ${flaw}.`, where: 'the parameters', remedy });
  }
}

/** Defaults must match a hand-written schema. */
function checkDefaults(schema: ParametersSchema, explicit: readonly Refinement[]): void {
  for (const name of explicit.flatMap(({ properties }) => Object.keys(properties))) {
    const message = defaultProblem(schema.properties[name] ?? {});
    if (message === undefined) continue;
    const what = `The default of “${name}” does not fit its schema, which says: ${message}`;
    throw problemError({ what, where: 'the parameters', remedy: 'Change the default or the schema.' });
  }
}

function checkDependencies(schema: ParametersSchema): void {
  const what = dependencyProblem(schema);
  if (what === undefined) return;
  throw problemError({
    what,
    where: 'the parameters',
    remedy: 'Change x-visible-when or the choices of these inputs.',
  });
}

function checked(value: Json, where: string): Refinement {
  const { problems, ...refinement } = readSidecar(value);
  if (problems.length === 0) return refinement;
  throw problemError({
    what: `The parameters’ schema has mistakes. ${problems.join(' ')}`,
    where,
    remedy: 'Correct them and save.',
  });
}
