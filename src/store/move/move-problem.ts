/** What stops a move, as one sentence, and that it can be continued. */
import { isDiskFull } from '../../domain/disk.ts';
import { AppError } from '../../domain/error.ts';
import { DatabaseLostError, isFull, openProblem } from '../engine/postgres-error.ts';
import type { MovePlan } from './move.ts';

const AGAIN = 'Then execute the command again: it continues.';

/** Refusals that say what to do are returned unchanged. */
export function moveProblem({ database, data, blobs }: MovePlan['to'], error: unknown): unknown {
  const place = 'folder' in blobs ? blobs.folder : blobs.shown;
  if (error instanceof DatabaseLostError) return continued(messageOf(openProblem(database.shown, error)), error);
  if (isFull(error))
    return continued(`The disk of the database ${database.shown} is full. Free some space there.`, error);
  if (isDiskFull(error) || (error instanceof AppError && isDiskFull(error.cause)))
    return continued(`The disk with ${data} or ${place} is full. Free some space there.`, error);
  if (error instanceof AppError && error.code === 'unavailable')
    return continued(`The store of the files, ${place}, does not answer as it should${reasonOf(error)}.`, error);
  return openProblem(database.shown, error);
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
