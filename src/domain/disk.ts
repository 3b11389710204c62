/** A full disk: the messages about it, and how it is recognised. */
import { AppError } from './error.ts';
import { sizeWords } from './text/size.ts';

const RETRY_AFTER_S = 60;

/** True for the errors of the system when a disk or a quota is full. */
export function isDiskFull(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOSPC' || code === 'EDQUOT';
}

export function diskFull(cause: unknown): AppError {
  return new AppError('unavailable', 'The server’s disk is full. Ask whoever runs it to free some space.', {
    cause,
    retryAfterS: RETRY_AFTER_S,
  });
}

/** Why no run may start now; undefined if there is enough room. */
export function diskProblem(freeBytes: number, reserveBytes: number): AppError | undefined {
  if (freeBytes >= reserveBytes) return undefined;
  const text = `The server’s disk is almost full: ${sizeWords(freeBytes)} are free, and ${sizeWords(reserveBytes)} are required (the setting disk_reserve). Ask whoever runs it to free some space.`;
  return new AppError('unavailable', text, { retryAfterS: RETRY_AFTER_S });
}
