/** The problem of a script's file, carried as an error from where it is found to where it is shown. */
import { AppError } from './error.ts';

/** What is wrong with a file, where, and how to fix it; sentences for the author. */
export interface ScriptProblem {
  readonly what: string;
  readonly where?: string;
  readonly remedy?: string;
  /** Its script is a draft. */
  readonly inDraft?: true;
}

const carried = new WeakMap<AppError, ScriptProblem>();

/** An `invalid` error that carries the problem. */
export function problemError(problem: ScriptProblem, cause?: unknown): AppError {
  const error = new AppError('invalid', problemText(problem), { cause });
  carried.set(error, problem);
  return error;
}

/** The problem as sentences in one line. */
export function problemText({ what, where, remedy }: ScriptProblem): string {
  return [where === undefined ? what : `${what.replace(/\.$/, '')} (${where}).`, remedy ?? ''].join(' ').trim();
}

/** The problem that an error carries; undefined for any other error. */
export function problemOf(error: unknown): ScriptProblem | undefined {
  return error instanceof AppError ? carried.get(error) : undefined;
}
