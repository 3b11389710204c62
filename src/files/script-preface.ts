/** The declarations of a script in its first cell: classic rows, or a YAML header. */
import { defined } from '../domain/defined.ts';
import type { JsonObject } from '../domain/text/json.ts';
import type { Language } from '../domain/parameter/language.ts';
import type { Cell, Notebook } from '../domain/notebook/notebook.ts';
import { withTag } from '../domain/notebook/notebook-tag.ts';
import type { Refinement } from '../domain/parameter/parameter-refine.ts';
import { readClassicRows } from '../domain/script/script-classic.ts';
import { readHeader } from './script-header.ts';

/** Longer cells declare no parameters. */
const MOST_CODE_CHARS = 50_000;

export interface Preface extends Refinement {
  readonly title?: string;
  readonly description?: string;
  readonly owner?: string;
  readonly contact?: string;
  readonly category?: string;
  readonly showCode?: boolean;
  readonly downloads?: readonly string[];
  /** What it says of the script as a whole. */
  readonly own?: JsonObject;
}

/** Throws `invalid` with a `ScriptProblem` if a header is invalid. */
export function readPreface(cell: Cell | undefined, language: Language): Preface | undefined {
  const rows = readClassicRows(cell);
  if (rows === undefined) return readHeader(cell, language);
  const { team, wiki, ...rest } = rows;
  return { ...rest, ...defined({ owner: team, contact: wiki }) };
}

/**
 * The notebook with its preface hidden in the report (by Jupyter Book's tag, which every renderer knows), and with a
 * tag on the cell that gives the declared parameters their first values, so that a run's values are inserted after it.
 */
export function withPreface(notebook: Notebook, preface: Preface, language: Language): Notebook {
  const cells = withTag(withList(notebook.cells, preface, language), 0, 'remove-cell');
  if (cells.some(({ tags }) => tags.includes('parameters'))) return { ...notebook, cells };
  const at = cells.findIndex(
    ({ type, source }) =>
      type === 'code' &&
      source.length <= MOST_CODE_CHARS &&
      language
        .readParameters(source)
        .some(({ name, schema }) => Object.hasOwn(preface.properties, name) && schema.default !== undefined),
  );
  return { ...notebook, cells: withTag(cells, at, 'parameters') };
}

/** In R Markdown the code reads `params$region`: the header becomes the code that makes this list. */
function withList(cells: readonly Cell[], { properties }: Preface, language: Language): readonly Cell[] {
  const [header, ...rest] = cells;
  const source = Object.keys(properties).length === 0 ? undefined : language.writeList?.(properties);
  if (header === undefined || source === undefined) return cells;
  const tags = [
    ...header.tags,
    ...(rest.some(({ tags: other }) => other.includes('parameters')) ? [] : ['parameters']),
  ];
  return [{ ...header, type: 'code', source, tags }, ...rest];
}
