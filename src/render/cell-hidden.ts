/**
 * What of a cell its author hides: left out, or folded until a reader opens it. Tags: those of Jupyter Book, and those
 * that the documentation of nbconvert and Voilà uses.
 */
import type { JsonObject } from '../domain/text/json.ts';
import type { ReportCell } from '../domain/report/report.ts';

export type CellPart = 'input' | 'output';

/** A report shows all, some only when asked, or nothing of it. */
export type Visibility = 'shown' | 'folded' | 'removed';

type Tagged = Pick<ReportCell, 'tags'>;

const REMOVED: Readonly<Record<CellPart, readonly string[]>> = {
  input: ['remove-cell', 'remove-input'],
  output: ['remove-cell', 'remove-output', 'remove-all-outputs'],
};
const FOLDED: Readonly<Record<CellPart, readonly string[]>> = {
  input: ['hide-cell', 'hide-input'],
  output: ['hide-cell', 'hide-output'],
};

export function visibilityOf(cell: Tagged, part: CellPart): Visibility {
  if (isTagged(cell, REMOVED[part])) return 'removed';
  return isTagged(cell, FOLDED[part]) ? 'folded' : 'shown';
}

/** Whether the author wants the code to be seen even where the code of the report is hidden. */
export function isCodeWanted(cell: Tagged): boolean {
  return isTagged(cell, ['show-input']);
}

/** Whether the cell's output on this stream is left out. */
export function isStreamRemoved(cell: Tagged, stream: 'stdout' | 'stderr'): boolean {
  return isTagged(cell, [`remove-${stream}`]);
}

/** Whether an output is left out that names itself so, as nbconvert's `remove_single_output_tags`. */
export function isOutputRemoved({ tags }: JsonObject): boolean {
  return Array.isArray(tags) && isTagged({ tags: tags.map(String) }, ['remove-output', 'remove-single-output']);
}

/** How the cell's long outputs are shown: scrolled, whole, or as a report usually does. */
export function scrollOf(cell: Tagged): 'scrolled' | 'whole' | undefined {
  if (isTagged(cell, ['scroll-output', 'output-scroll'])) return 'scrolled';
  return isTagged(cell, ['whole-output']) ? 'whole' : undefined;
}

/** Both `remove-input` and `remove_input` are in use. */
function isTagged({ tags }: Tagged, names: readonly string[]): boolean {
  return tags.some((tag) => names.includes(tag.replaceAll('_', '-')));
}
