/** What differs by kernel language (port, pure): reading a parameters cell and writing values as literals. */
import type { Json } from '../text/json.ts';
import type { ParameterSchema, ParametersSchema, ParameterValues } from './parameter.ts';

/** One assignment found in a parameters cell. */
export interface DeclaredParameter {
  readonly name: string;
  readonly schema: ParameterSchema;
  /** True where the declaration has neither a default nor an optional type. */
  readonly required: boolean;
}

/** A place in a notebook's code that will not work, and what to write there. */
export interface ReviewFinding {
  /** Index among the sources. */
  readonly cell: number;
  /** From 1. */
  readonly line: number;
  readonly what: string;
  readonly remedy: string;
}

export interface Language {
  /** Lower-case, as in `Notebook.language`. */
  readonly id: string;
  /** True where a variable of the language may have this name: the only names that parameters can have. */
  accepts(name: string): boolean;
  /**
   * The parameters that the cell declares, in order. `above`: the code cells that have run when values are put in, in
   * order, for what they define. Never throws: what it cannot read, it leaves out.
   */
  readParameters(source: string, above?: readonly string[]): readonly DeclaredParameter[];
  /**
   * Modules that a cell imports at top level, dotted: a kernel can have the installed ones loaded before. Never throws.
   */
  readImports?(source: string): readonly string[];
  /** What in the code cells is for an older version of the language. Never throws. */
  review?(sources: readonly string[]): readonly ReviewFinding[];
  /** One literal expression; throws `invalid` where the language has no spelling for it. */
  writeLiteral(value: Json, schema: ParameterSchema): string;
  /**
   * Source of the injected cell, papermill's form (`# Parameters` first). Passwords are never literals: they are read
   * from `script_runner.params` (Python) or the environment variable `SCRIPT_RUNNER_PARAM_<name>` elsewhere.
   */
  writeParameters(values: ParameterValues, schema: ParametersSchema): string;
  /** Source that writes the named variables as CSV files for download (classic rows), or undefined if it cannot. */
  writeDownloads(variables: readonly string[]): string | undefined;
}

/** The language of a notebook; one that is not known here has no parameters (registered as `other`). */
export function languageFor(languages: ReadonlyMap<string, Language>, id: string): Language {
  const language = languages.get(id) ?? languages.get('other');
  if (language === undefined) throw new Error('The registry of languages has no "other".');
  return language;
}
