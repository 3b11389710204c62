/** The name of a run's file in its report, whatever the notebook calls it. */
import { safeFileName } from '../domain/run/artifact.ts';
import type { Mask } from '../domain/mask/mask.ts';

/** Making longer names safe takes long; they are cut to far less anyway. */
const CHARS = 1000;

/** A name is joined from folders, and characters are replaced in it: it is masked before and after. */
export function artifactName(mask: Mask, wanted: string): string {
  return mask.text(safeFileName(mask.text(wanted).slice(0, CHARS)));
}
