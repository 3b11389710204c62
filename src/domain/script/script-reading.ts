/** The first reading of the scripts folder: a server that has begun to listen may not yet know all scripts. */
import { AppError } from '../error.ts';
import type { ScriptReading } from './script.ts';

const RETRY_AFTER_S = 5;

/** A sentence for people. */
export function readingText({ read, total }: Pick<ScriptReading, 'read' | 'total'>): string {
  return total === undefined
    ? 'The scripts folder is being read.'
    : `The scripts folder is being read: ${read} of ${total} files.`;
}

/** What is thrown where all scripts must be known. */
export function readingError(reading: Pick<ScriptReading, 'read' | 'total'>): AppError {
  return new AppError('unavailable', `${readingText(reading)} Try again in a moment.`, { retryAfterS: RETRY_AFTER_S });
}
