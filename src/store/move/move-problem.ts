/** What stops a move, as one sentence, and that it can be continued. */
import { isDiskFull } from '../../domain/disk.ts';
import { AppError } from '../../domain/error.ts';
import type { BlobPlace } from '../../domain/run/blob.ts';
import { DatabaseLostError, isFull, openProblem } from '../engine/postgres-error.ts';
import type { MovePlan } from './move.ts';

const AGAIN = 'Then execute the command again: it continues.';

/** Refusals that say what to do are returned unchanged. */
export function moveProblem({ database, ...to }: MovePlan['to'], error: unknown): unknown {
  if (error instanceof DatabaseLostError) return continued(messageOf(openProblem(database.shown, error)), error);
  if (isFull(error))
    return continued(`The disk of the database ${database.shown} is full. Free some space there.`, error);
  return fileProblem(to, error) ?? openProblem(database.shown, error);
}

/** As `moveProblem`, for a move of files only; undefined if they are not to blame. */
export function fileProblem(
  { data, blobs }: { readonly data: string; readonly blobs: BlobPlace },
  error: unknown,
): AppError | undefined {
  const place = 'folder' in blobs ? blobs.folder : blobs.shown;
  if (isDiskFull(error) || (error instanceof AppError && isDiskFull(error.cause)))
    return continued(`The disk with ${data} or ${place} is full. Free some space there.`, error);
  if (error instanceof AppError && error.code === 'unavailable')
    return continued(`The store of the files, ${place}, does not answer as it should${reasonOf(error)}.`, error);
  return undefined;
}

function continued(sentence: string, cause: unknown): AppError {
  return new AppError('unavailable', `${sentence} ${AGAIN}`, { cause });
}

function reasonOf({ cause }: AppError): string {
  return cause instanceof Error ? ` (${cause.message})` : '';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
