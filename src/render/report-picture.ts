/** The first picture that a report shows: for previews of links to it. */
import type { Report } from '../domain/report/report.ts';
import { flatOutputs } from '../domain/report/report-widget.ts';
import type { StoredBundle } from '../domain/run/run-event.ts';
import { isOutputRemoved, visibilityOf } from './cell-hidden.ts';
import { chooseMime } from './mime/choose.ts';

/** What programs that show previews can read. */
const PICTURE = /^image\/(png|jpe?g)$/;

/** PNG or JPEG, in base64 or as a reference to it; undefined if the report shows none. */
export function firstPicture({ cells }: Pick<Report, 'cells'>): StoredBundle[string] | undefined {
  for (const cell of cells) {
    if (visibilityOf(cell, 'output') !== 'shown') continue;
    for (const output of flatOutputs(cell.outputs)) {
      if (output.type !== 'display' || isOutputRemoved(output.metadata)) continue;
      const mime = chooseMime(output.data)?.mime ?? '';
      if (PICTURE.test(mime)) return output.data[mime];
    }
  }
  return undefined;
}
