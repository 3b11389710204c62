/** The one error class of the application; HTTP statuses and exit codes are mapped from `code` in one place each. */
export type ErrorCode =
  | 'invalid' // the caller's input is wrong: the message says what would be right
  | 'not-found'
  | 'gone' // it was here and has been deleted
  | 'conflict'
  | 'forbidden'
  | 'unavailable' // for now: full queue, no kernel, disk full
  | 'limited' // a quota of the caller is used up, for now
  | 'internal';

/** One wrong field of the caller's input. `message` says what would be accepted. */
export interface FieldProblem {
  readonly field: string;
  readonly message: string;
  /** Where in the text of the field, from 1, if that is known. */
  readonly line?: number;
  readonly column?: number;
}

/** That are looked at. */
const MOST_CAUSES = 6;

interface ErrorDetails {
  readonly cause?: unknown;
  readonly fields?: readonly FieldProblem[];
  readonly retryAfterS?: number;
}

/** The message with those of the causes, from the outside in: for the log. */
export function wholeMessage(error: Error): string {
  const messages: string[] = [];
  for (let one: unknown = error; one instanceof Error && messages.length < MOST_CAUSES; one = one.cause)
    messages.push(one.message);
  return messages.filter((message) => message !== '').join(': ');
}

export class AppError extends Error {
  readonly code: ErrorCode;
  readonly fields: readonly FieldProblem[];
  readonly retryAfterS: number | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? {} : { cause: details.cause });
    this.name = 'AppError';
    this.code = code;
    this.fields = details.fields ?? [];
    this.retryAfterS = details.retryAfterS;
  }
}

/** It is there, but not for whoever asks, who is answered as if it were not. */
export class HiddenError extends AppError {
  constructor(message: string) {
    super('not-found', message);
  }
}
