/** Parses the bytes of a notebook and its sidecar into a script: title, parameters, options. */
import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import { defined } from '../domain/defined.ts';
import { type Json, isJsonObject } from '../domain/text/json.ts';
import { JsonTextError, parseJsonText } from '../domain/text/json-text.ts';
import { type Language, languageFor } from '../domain/parameter/language.ts';
import type { Cell, Notebook } from '../domain/notebook/notebook.ts';
import { injectionPlace, isParametersCell } from '../domain/notebook/notebook-inject.ts';
import { parseNotebookBytes } from '../domain/notebook/notebook-parse.ts';
import { readPattern } from '../domain/parameter/pattern.ts';
import type { ParameterSchema, ParametersSchema } from '../domain/parameter/parameter.ts';
import { defaultProblem } from '../domain/parameter/parameter-check.ts';
import { ownDefaults } from '../domain/parameter/parameter-injected.ts';
import { mergeParameters, type Refinement } from '../domain/parameter/parameter-refine.ts';
import { readSidecar } from '../domain/parameter/parameter-sidecar.ts';
import type { Script } from '../domain/script/script.ts';
import { problemError, type ScriptProblem } from '../domain/problem.ts';
import { notUtf8 } from './file-problem.ts';
import { hasCells, parsePercent } from './percent-parse.ts';
import { aboutNotebook } from './script-about.ts';
import { type Preface, readPreface, withPreface } from './script-preface.ts';
import { findRounded } from '../domain/text/json-exact.ts';
import { readYaml, roundedError } from './yaml-text.ts';

/** A file's bytes and its name for messages. */
export interface SourceFile {
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly modifiedAtMs: number;
}

export interface ParsedScript {
  /** The file, if another thread has read it: its bytes were handed there and back, and the one given is empty. */
  readonly source?: SourceFile;
  readonly script: Script;
  readonly notebook: Notebook;
}

/** Throws `invalid` with a `ScriptProblem`. */
export function parseScript(
  name: string,
  source: SourceFile,
  sidecar: SourceFile | undefined,
  languages: ReadonlyMap<string, Language>,
): ParsedScript {
  const read = readNotebook(source);
  const language = languageFor(languages, read.language);
  const preface = readPreface(read.cells[0]);
  const notebook = preface === undefined ? read : withPreface(read, preface, language);
  const isTagged = read.cells.some(isParametersCell);
  const parameters = readParameters({ notebook, preface, sidecar, isOpen: isTagged }, language);
  const { schema } = parameters;
  // Only the code of the notebook is kept for this.
  const sources = codeOf(notebook.cells);
  const hints = once(() => [
    ...(preface === undefined ? [] : reviewPreface(preface, schema)),
    ...reviewPatterns(schema),
    ...reviewCode(sources, language),
  ]);
  const script: Script = {
    name,
    file: source.file,
    ...aboutNotebook(name, notebook, preface),
    language: notebook.language,
    ...defined({ kernelName: notebook.kernelName }),
    revision: hash('sha256', source.bytes),
    updatedAtMs: Math.max(source.modifiedAtMs, sidecar?.modifiedAtMs ?? 0),
    state: 'ready',
    ...parameters,
    hints,
  };
  return { script, notebook };
}

function codeOf(cells: readonly Cell[]): readonly string[] {
  return cells.filter(({ type }) => type === 'code').map(({ source }) => source);
}

function once<T>(find: () => T): () => T {
  let found: { readonly it: T } | undefined;
  return () => (found ??= { it: find() }).it;
}

/** Mercury's apps accept files, Script Runner does not; the author of a sidecar knows that. */
function reviewPreface(preface: Preface, schema: ParametersSchema): readonly ScriptProblem[] {
  const isFile = (found: ParameterSchema | undefined) => found?.format === 'file' && found.enum === undefined;
  return Object.keys(preface.properties)
    .filter((name) => isFile(preface.properties[name]) && isFile(schema.properties[name]))
    .map((name) => ({
      what: `The input “${name}” asks for a file, but files cannot be uploaded: people type the path of a file on the server.`,
      where: 'the first cell',
      remedy: 'Say in its label which one, or offer the paths as choices: input: select.',
    }));
}

/** Patterns in code: those of a sidecar are refused instead. */
function reviewPatterns({ properties }: ParametersSchema): readonly ScriptProblem[] {
  return Object.entries(properties).flatMap(([name, { pattern, items }]) =>
    [pattern, items?.pattern].flatMap((source) => {
      const flaw = source === undefined ? undefined : readPattern(source);
      if (typeof flaw !== 'string') return [];
      const what = `The pattern of “${name}” is not checked before a run: it ${flaw}.`;
      return [{ what, where: 'the parameters', remedy: 'Write it without this, or check the value in the notebook.' }];
    }),
  );
}

/** Steps are the code cells, counted from 1, as reports do. */
function reviewCode(sources: readonly string[], language: Language): readonly ScriptProblem[] {
  return (language.review?.(sources) ?? []).map(({ cell, line, what, remedy }) => ({
    what,
    where: `step ${cell + 1}, line ${line}`,
    remedy,
  }));
}

/** By the extension; for stored bytes by their content. Saved outputs have no part in a notebook's runs. */
function readNotebook(source: SourceFile): Notebook {
  checkUtf8(source);
  const { file, bytes } = source;
  const isPython = file.endsWith('.py') || (!file.endsWith('.ipynb') && !isObject(bytes) && hasCells(bytes));
  return isPython ? parsePercent(decode(bytes)) : parseNotebookBytes(bytes, { decode, outputs: false });
}

/** A large notebook is not searched for the cells of a Python file. */
function isObject(bytes: Uint8Array): boolean {
  return decode(bytes.subarray(0, bytes.indexOf(0x7b) + 1)).trim() === '{';
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder('utf-8').decode(bytes);
}

/** Saved outputs are checked, too, although they are not decoded. */
function checkUtf8({ bytes }: SourceFile): void {
  if (!isUtf8(bytes)) throw problemError(notUtf8(bytes));
}

/** Limit of a parameters cell: forms of thousands of inputs have less. */
const MOST_CODE_CHARS = 50_000;

interface Declarations {
  readonly notebook: Notebook;
  readonly preface: Preface | undefined;
  readonly sidecar: SourceFile | undefined;
  /** Every assignment of the parameters cell is a parameter, not only those in the preface. */
  readonly isOpen: boolean;
}

function readParameters(
  { notebook, preface, sidecar, isOpen }: Declarations,
  language: Language,
): Pick<Script, 'schema' | 'ownDefaults'> {
  const cell = notebook.cells.find(isParametersCell);
  if (cell !== undefined && cell.source.length > MOST_CODE_CHARS) {
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
  const declared = (cell === undefined ? [] : language.readParameters(cell.source, above)).filter(
    ({ name }) => isOpen || (preface !== undefined && Object.hasOwn(preface.properties, name)),
  );
  const own = isJsonObject(notebook.metadata.script_runner) ? notebook.metadata.script_runner.parameters : undefined;
  const explicit = [
    ...(own === undefined ? [] : [checked(own, 'the notebook’s metadata, script_runner.parameters')]),
    ...(sidecar === undefined ? [] : [checked(readSidecarFile(sidecar), sidecar.file)]),
  ];
  const refinements = [...(preface === undefined ? [] : [preface]), ...explicit];
  const schema = mergeParameters(declared, refinements);
  checkDefaults(schema, explicit);
  const odd = Object.keys(schema.properties).find((name) => !language.accepts(name));
  if (odd === undefined) return { schema, ownDefaults: ownDefaults(declared, refinements, schema, language) };
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

function readSidecarFile(source: SourceFile): Json {
  checkUtf8(source);
  const { file, bytes } = source;
  const text = decode(bytes);
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

/** Defaults must match a hand-written schema. */
function checkDefaults(schema: ParametersSchema, explicit: readonly Refinement[]): void {
  for (const name of explicit.flatMap(({ properties }) => Object.keys(properties))) {
    const message = defaultProblem(schema.properties[name] ?? {});
    if (message === undefined) continue;
    const what = `The default of “${name}” does not fit its schema, which says: ${message}`;
    throw problemError({ what, where: 'the parameters', remedy: 'Change the default or the schema.' });
  }
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
