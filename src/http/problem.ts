/** What is answered where a request fails: problem details. Source: RFC 9457. */
import type { ErrorCode } from '../domain/error.ts';
import { message } from '../page/message/message.ts';

export const PROBLEM_MIME = 'application/problem+json';

/** Of problems of the application. */
export const STATUSES: Readonly<Record<ErrorCode, number>> = {
  invalid: 422,
  'not-found': 404,
  gone: 410,
  conflict: 409,
  forbidden: 403,
  unavailable: 503,
  limited: 429,
  internal: 500,
};

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** Stable word for programs: the error code of the application. */
  readonly code: string;
  /** Every wrong field of the input. */
  readonly fields?: readonly { readonly field: string; readonly message: string }[];
  /** Seconds until the request may succeed, as the header says. */
  readonly retryAfter?: number;
  /** The request's id in the log, for internal errors. */
  readonly reference?: string;
}

export function createProblem(code: ErrorCode, detail: string, status = STATUSES[code]): Problem {
  return { type: 'about:blank', title: message.error.titles[code], status, detail, code };
}
