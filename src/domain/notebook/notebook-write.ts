/**
 * A notebook as the text of an `.ipynb` file, nbformat 4.5.
 * Source: https://nbformat.readthedocs.io/en/latest/format_description.html
 */
import { jsonParts } from '../text/json-part.ts';
import type { JsonObject } from '../text/json.ts';
import type { Cell, Notebook } from './notebook.ts';

/** With the outputs that the notebook was read with. */
export function writeNotebook({ cells, metadata }: Pick<Notebook, 'cells' | 'metadata'>): string {
  const ids = new Set<string>();
  const parts = notebookFile(
    cells.map((cell) => ({
      cell_type: cell.type,
      id: validId(cell.id, ids),
      metadata: cell.metadata,
      source: cell.source,
      ...(cell.type === 'code'
        ? { execution_count: cell.executionCount, outputs: [...cell.outputs] }
        : attachmentsOf(cell)),
    })),
    metadata,
  );
  return [...parts].join('');
}

/** The members of a text cell that has attachments. */
export function attachmentsOf({ attachments }: Pick<Cell, 'attachments'>): JsonObject {
  return Object.keys(attachments).length === 0 ? {} : { attachments };
}

/** In parts, each made when it is asked for. `cells`: as the format wants them. */
export function* notebookFile(cells: readonly JsonObject[], metadata: JsonObject): Generator<string> {
  yield* jsonParts({ cells, metadata, nbformat: 4, nbformat_minor: 5 });
  yield '\n';
}

/** The format's rule for ids: 1 to 64 letters, digits, `-` and `_`, each once. */
export function validId(wanted: string, taken: Set<string>): string {
  const base = wanted.replace(/[^A-Za-z0-9_-]/g, '-').slice(0, 56) || 'cell';
  let id = base;
  for (let number = 2; taken.has(id); number++) id = `${base}-${number}`;
  taken.add(id);
  return id;
}
