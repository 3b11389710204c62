/** What a run's file is called in its report, whatever the notebook calls it. */
import { safeFileName } from '../domain/run/artifact.ts';
import type { Mask } from '../domain/mask/mask.ts';

/** Longer names take long to be made safe, and are cut to far less. */
const CHARS = 1000;

/** A name is joined from folders, and signs are replaced in it: it is masked before and after. */
export function artifactName(mask: Mask, wanted: string): string {
  return mask.text(safeFileName(mask.text(wanted).slice(0, CHARS)));
}
