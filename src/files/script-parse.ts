/** Parses the bytes of a notebook and its sidecar into a script: title, parameters, options. */
import { hash } from 'node:crypto';
import { defined } from '../domain/defined.ts';
import { type Language, languageFor, type ReviewedInputs } from '../domain/parameter/language.ts';
import type { Notebook } from '../domain/notebook/notebook.ts';
import { isParametersCell } from '../domain/notebook/notebook-inject.ts';
import { parseNotebookBytes } from '../domain/notebook/notebook-parse.ts';
import { readPattern } from '../domain/parameter/pattern.ts';
import { unusableConditions } from '../domain/parameter/parameter-dependency.ts';
import { widgetProblem } from '../domain/parameter/parameter-widget.ts';
import type { ParametersSchema } from '../domain/parameter/parameter.ts';
import type { FoundEnvironment } from '../domain/script/script-environment.ts';
import type { Script } from '../domain/script/script.ts';
import { type Finding, findingAt, findingOf, sortFindings } from '../domain/finding.ts';
import { withoutSilenced } from '../domain/finding-silence.ts';
import { problemError, problemOf } from '../domain/problem.ts';
import { readInlineEnvironment } from './environment/environment-inline.ts';
import { DEPTH, isDeeper } from '../domain/text/json-depth.ts';
import { hasCells, parsePercent } from './percent-parse.ts';
import { aboutNotebook, ignoredCodes, optionFindings } from './script-about.ts';
import { type OwnSettings, readOwnSettings, withOwnSettings } from './script-own.ts';
import { reviewChoices, withoutChoices } from './script-choice.ts';
import { readParameters, readSidecarFile } from './script-parameter.ts';
import { readPreface, withPreface } from './script-preface.ts';
import { isDraft, publicationFindings, readAccess } from './script-publication.ts';
import { checkUtf8, codeOf, decode, type SourceFile } from './source-file.ts';

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
  const preface = readPreface(read.cells[0], language);
  const beside = sidecar === undefined ? undefined : readSidecarFile(sidecar);
  const own = readOwnSettings(read, preface?.own, beside);
  const told = withOwnSettings(read, own);
  const notebook = withoutChoices(preface === undefined ? told : withPreface(told, preface, language), language);
  const isTagged = read.cells.some(isParametersCell);
  const parameters = orDraftProblem(own, () =>
    readParameters({ notebook, preface, sidecar: beside, isOpen: isTagged }, language),
  );
  const { schema } = parameters;
  // Only the code of the notebook is kept for this.
  const sources = codeOf(notebook.cells);
  const unused = reviewChoices(notebook, language);
  const options = [...optionFindings(own), ...publicationFindings(own)];
  const inputs = reviewedInputs(parameters, notebook);
  const ignored = ignoredCodes(own);
  const findings = once(() => {
    const declared = [...options, ...unused, ...reviewSchema(schema)];
    const all = [...declared, ...reviewCode(sources, language, inputs)];
    return sortFindings(withoutSilenced(all, sources, ignored));
  });
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
    ...inlineEnvironment(notebook, own),
    ...readAccess(own, source.file),
    ...(ignored.length === 0 ? {} : { ignored }),
    findings,
  };
  return { script, notebook };
}

function inlineEnvironment({ cells, language }: Notebook, own: OwnSettings): FoundEnvironment {
  if (language !== 'python') return {};
  try {
    return defined({ environment: readInlineEnvironment(cells, own) });
  } catch (error) {
    const environmentProblem = problemOf(error);
    if (environmentProblem === undefined) throw error;
    return { environmentProblem };
  }
}

/** The problem of a draft says so, if any. */
function orDraftProblem<T>(own: OwnSettings, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const problem = problemOf(error);
    throw problem !== undefined && isDraft(own.values) ? problemError({ ...problem, inDraft: true }, error) : error;
  }
}

function once<T>(find: () => T): () => T {
  let found: { readonly it: T } | undefined;
  return () => (found ??= { it: find() }).it;
}

/** Those that are variables. */
function reviewedInputs(
  { schema, called = [] }: Pick<Script, 'schema' | 'called'>,
  { cells }: Pick<Notebook, 'cells'>,
): ReviewedInputs {
  const at = cells.filter(({ type }) => type === 'code').findIndex(isParametersCell);
  return {
    names: Object.keys(schema.properties).filter((name) => !called.includes(name)),
    cell: at < 0 ? undefined : at,
  };
}

function reviewSchema(schema: ParametersSchema): readonly Finding[] {
  return [...reviewPatterns(schema), ...reviewWidgets(schema), ...reviewConditions(schema)];
}

/** Patterns in code: those of a sidecar are refused instead. */
function reviewPatterns({ properties }: ParametersSchema): readonly Finding[] {
  return Object.entries(properties).flatMap(([name, { pattern, items }]) =>
    [pattern, items?.pattern].flatMap((source) => {
      const flaw = source === undefined ? undefined : readPattern(source);
      if (typeof flaw !== 'string') return [];
      const what = `The pattern of “${name}” is not checked before a run: it ${flaw}.`;
      const remedy = 'Write it without this, or check the value in the notebook.';
      return [findingOf('unchecked-pattern', { what, where: 'the parameters', remedy })];
    }),
  );
}

/** Controls and bounds in code that contradict the rest: those of a sidecar are refused instead. */
function reviewWidgets({ properties }: ParametersSchema): readonly Finding[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const flaw = widgetProblem(schema);
    if (flaw === undefined) return [];
    const remedy = 'Change its control, its type or its bounds; until then the form has the usual field.';
    return [
      findingOf('unusable-control', { what: `The parameter “${name}” ${flaw}.`, where: 'the parameters', remedy }),
    ];
  });
}

function reviewConditions(schema: ParametersSchema): readonly Finding[] {
  return unusableConditions(schema).map(([name, other]) => {
    const what = `“${name}” is never shown: its condition compares “${other}”, which is no number, with bounds.`;
    const remedy = 'Compare it with values in x-visible-when, or with an input that is a number.';
    return findingOf('unusable-condition', { what, where: 'the parameters', remedy });
  });
}

/** Steps are the code cells, counted from 1, as reports do. */
function reviewCode(sources: readonly string[], language: Language, inputs: ReviewedInputs): readonly Finding[] {
  return (language.review?.(sources, inputs) ?? []).map(({ code, cell, line, what, remedy }) =>
    findingAt(code, { cell, line }, { what, remedy }),
  );
}

/**
 * By the extension; for stored bytes by their content. Saved outputs have no part in a notebook's runs.
 * Throws `invalid` with a `ScriptProblem`.
 */
export function readNotebook(source: SourceFile, { outputs = false } = {}): Notebook {
  checkUtf8(source);
  const { file, bytes } = source;
  const isPython = !file.endsWith('.ipynb') && (file.endsWith('.py') || !isObject(bytes)) && hasCells(bytes);
  if (isPython) return parsePercent(decode(bytes));
  if (isDeeper(bytes, DEPTH)) {
    const what = `The file’s JSON is nested more than ${DEPTH} levels deep.`;
    throw problemError({ what, remedy: 'Save the notebook again from Jupyter.' });
  }
  return parseNotebookBytes(bytes, { decode, outputs });
}

/** A large notebook is not searched for the cells of a Python file. */
function isObject(bytes: Uint8Array): boolean {
  return decode(bytes.subarray(0, bytes.indexOf(0x7b) + 1)).trim() === '{';
}
