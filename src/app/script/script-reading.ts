/** Waits for a folder of scripts that will have been read in a moment. */
import { setTimeout as wait } from 'node:timers/promises';
import type { ScriptSource } from '../../domain/script/script.ts';

/** Reading so many files takes a fraction of a second. */
const FEW_FILES = 500;
/** A network share may be slower. */
const WAIT_MS = 2_000;

/** Nobody needs to see that some scripts of a small folder have not been read yet. */
export async function awaitShortReading(scripts: Pick<ScriptSource, 'reading'>): Promise<void> {
  const reading = scripts.reading?.();
  if (reading === undefined || (reading.total ?? 0) - reading.read > FEW_FILES) return;
  await Promise.race([reading.ended, wait(WAIT_MS, undefined, { ref: false })]);
}
