/** What of a cell its author hides: left out, or folded until a reader opens it. Tags: those of Jupyter Book. */
import type { ReportCell } from '../domain/report/report.ts';

export type CellPart = 'input' | 'output';

/** A report shows all, some only when asked, or nothing of it. */
export type Visibility = 'shown' | 'folded' | 'removed';

type Tagged = Pick<ReportCell, 'tags'>;

export function visibilityOf(cell: Tagged, part: CellPart): Visibility {
  if (isTagged(cell, 'remove-cell') || isTagged(cell, `remove-${part}`)) return 'removed';
  return isTagged(cell, 'hide-cell') || isTagged(cell, `hide-${part}`) ? 'folded' : 'shown';
}

/** Whether the cell's output on this stream is left out. */
export function isStreamRemoved(cell: Tagged, stream: 'stdout' | 'stderr'): boolean {
  return isTagged(cell, `remove-${stream}`);
}

/** Both `remove-input` and `remove_input` are in use. */
function isTagged({ tags }: Tagged, tag: string): boolean {
  return tags.includes(tag) || tags.includes(tag.replace('-', '_'));
}
