/** What the first cell says about the script in a spelling of its own: classic rows, or a YAML header. */
import { defined } from '../domain/defined.ts';
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
}

/** Throws `invalid` that carries a `ScriptProblem` where a header is broken. */
export function readPreface(cell: Cell | undefined): Preface | undefined {
  const rows = readClassicRows(cell);
  if (rows === undefined) return readHeader(cell);
  const { team, wiki, ...rest } = rows;
  return { ...rest, ...defined({ owner: team, contact: wiki }) };
}

/**
 * The notebook without its preface in the report (Jupyter Book's tag tells every renderer), and with the cell that
 * gives the declared parameters their first values tagged, so that a run's values come after it.
 */
export function withPreface(notebook: Notebook, preface: Preface, language: Language): Notebook {
  const cells = withTag(notebook.cells, 0, 'remove-cell');
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
