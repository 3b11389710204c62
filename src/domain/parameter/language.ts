/** What differs between kernel languages (port, pure): reading a parameters cell and writing values as literals. */
import type { FindingCode } from '../finding.ts';
import type { Json } from '../text/json.ts';
import type { FolderSource } from './folder-source.ts';
import type { ParameterSchema, ParametersSchema, ParameterValues } from './parameter.ts';
import type { References } from './reference.ts';

/** One assignment found in a parameters cell. */
export interface DeclaredParameter {
  readonly name: string;
  readonly schema: ParameterSchema;
  /** True if the declaration has neither a default nor an optional type. */
  readonly required: boolean;
  /** True where the default is a text for a type that the cell does not make itself: `since: date = "2024-01-31"`. */
  readonly converts?: boolean;
}

/** An input that the code reads by a call: it is no variable, so any name is allowed and nothing is injected. */
export interface CalledParameter extends DeclaredParameter {
  /** What the author knows the call as: `dbutils.widgets.dropdown`. */
  readonly call: string;
  /** Index among the sources. */
  readonly cell: number;
  /** It is an input only where nothing else declares any. */
  readonly isFallback?: boolean;
}

/** A place in a notebook's code that needs attention, and what to write instead. */
export interface ReviewFinding {
  readonly code: FindingCode;
  /** Index among the sources. */
  readonly cell: number;
  /** From 1. */
  readonly line: number;
  readonly what: string;
  readonly remedy: string;
}

/** The inputs of a notebook that are variables. */
export interface ReviewedInputs {
  readonly names: readonly string[];
  /** Index of the parameters cell among the sources; undefined: there is none. */
  readonly cell: number | undefined;
}

/** A function of a cell tagged `choices`: it returns the choices of a parameter for the values of its arguments. */
export interface ChoiceFunction {
  readonly parameter: string;
  readonly name: string;
  readonly inputs: readonly string[];
}

/** What a run was given. */
export interface RunValues {
  /** Without passwords. */
  readonly values: ParameterValues;
  /** Names of the passwords that were given; a kernel has their values by variables (see `writeParameters`). */
  readonly passwords: readonly string[];
}

export interface Language {
  /** Lower-case, as in `Notebook.language`. */
  readonly id: string;
  /** True if a variable of the language may have this name: only such names are allowed for parameters. */
  accepts(name: string): boolean;
  /**
   * The parameters that the cell declares, in order. `above`: the code cells that have run when values are inserted, in
   * order, for their definitions. Never throws: what it cannot read, it leaves out.
   */
  readParameters(source: string, above?: readonly string[]): readonly DeclaredParameter[];
  /** Inputs that the code cells declare by calls of another tool (`dbutils.widgets`), in order. Never throws. */
  readCalls?(sources: readonly string[]): readonly CalledParameter[];
  /**
   * Source that gives a kernel what such calls need; it is executed silently before the first cell. Undefined: nothing.
   */
  callSource?(sources: readonly string[], run: RunValues): string | undefined;
  /** What is executed in place of a plain program (ADR 0029); absent: the program as it is. */
  writeProgram?(source: string, name: string): string;
  /**
   * Modules that each cell imports at top level, dotted: a kernel can load the installed ones in advance. Never throws.
   */
  readImports?(sources: readonly string[]): readonly (readonly string[])[];
  /**
   * Whether the cell only imports modules and assigns literal values: it makes no files, so that the next cell may
   * begin at once. Never throws.
   */
  isPlain?(source: string): boolean;
  /** What the code cells name that exists outside of them. Never throws. */
  readReferences?(sources: readonly string[]): References;
  /** The functions of cells tagged `choices`. Absent: choices cannot be computed. Never throws. */
  readChoices?(sources: readonly string[]): readonly ChoiceFunction[];
  /** Code in the cells that needs attention, at most a bounded number of places. Never throws. */
  review?(sources: readonly string[], inputs?: ReviewedInputs): readonly ReviewFinding[];
  /** One literal expression; throws `invalid` if the language cannot express it. */
  writeLiteral(value: Json, schema: ParameterSchema): string;
  /**
   * Source of the injected cell in papermill's form (`# Parameters` first). Passwords are never literals: they are read
   * from `script_runner.params` (Python) or the environment variable `SCRIPT_RUNNER_PARAM_<name>` elsewhere.
   */
  writeParameters(values: ParameterValues, schema: ParametersSchema): string;
  /** Source of the list of parameters that documents of the language read (R's `params`); undefined: they read none. */
  writeList?(properties: ParametersSchema['properties']): string | undefined;
  /** Source that writes the named variables as CSV files for download (classic rows), or undefined if it cannot. */
  writeDownloads(variables: readonly string[]): string | undefined;
  /**
   * Source that makes a kernel write the tables that cells show in full (ADR 0017), as `SCRIPT_RUNNER_TABLES` says; it
   * is executed silently before the first cell. Absent: the kernel does that by itself, or not at all.
   */
  tableSource?(): string;
  /** How a kernel elsewhere is given files. Absent: it gets none, or in a way of its own (Python). */
  readonly folder?: FolderSource;
}

/** The language of a notebook; an unknown one has no parameters (registered as `other`). */
export function languageFor(languages: ReadonlyMap<string, Language>, id: string): Language {
  const language = languages.get(id) ?? languages.get('other');
  if (language === undefined) throw new Error('The registry of languages has no "other".');
  return language;
}
