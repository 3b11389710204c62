/** The name of a run's file in its report, whatever the notebook calls it. */
import { safeFileName } from '../domain/run/artifact.ts';
import type { Mask } from '../domain/mask/mask.ts';

/** Making longer names safe takes long; they are cut to far less anyway. */
const CHARS = 1000;
/** How the bytes of a name that is not valid UTF-8 stand in a text, as in Python: no other name has such halves. */
const ESCAPES = 0xdc00;

/** A name is joined from folders, and characters are replaced in it: it is masked before and after. */
export function artifactName(mask: Mask, wanted: string): string {
  return mask.text(safeFileName(mask.text(readableName(wanted)).slice(0, CHARS)));
}

/** The name as text. One whose bytes are not valid UTF-8 differs from all others, and `readableName` reads it. */
export function escapedName(name: string | Buffer): string {
  if (typeof name === 'string') return name;
  return name.toString('latin1').replace(/[\x80-\xff]/g, (char) => String.fromCharCode(char.charCodeAt(0) + ESCAPES));
}

/** An escaped name for people: names that are not valid UTF-8 are most often Latin-1. */
export function readableName(name: string): string {
  return name.replace(/[\udc80-\udcff]/gu, (char) => String.fromCharCode(char.charCodeAt(0) - ESCAPES));
}
