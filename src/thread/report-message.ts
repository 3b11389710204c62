/** The messages between the server's thread and the rendering thread. */
import { defined } from '../domain/defined.ts';
import type { BlobPlace } from '../domain/run/blob.ts';
import { AppError, type ErrorCode, type FieldProblem } from '../domain/error.ts';

/** Given to the thread when it starts. */
export interface ReportThreadData {
  /** Absolute data folder. */
  readonly directory: string;
  /** Address of the PostgreSQL database; undefined: SQLite in the folder. */
  readonly database?: string | undefined;
  readonly blobs: BlobPlace;
  readonly basePath: string;
  readonly assetsDirectory: string;
  /** Contains the id of the run whose report is being rendered: see `markRun`. */
  readonly current: SharedArrayBuffer;
}

/** Functions of `ReportService` that answer once, and those that follow a report. */
export type ReportMethod =
  | 'read'
  | 'exportHtml'
  | 'exportPlain'
  | 'exportNotebook'
  | 'exportText'
  | 'exportFailure'
  | 'exportFile'
  | 'exportPicture'
  | 'listTables'
  | 'watch'
  | 'step';

export type ToThread =
  | {
      readonly type: 'call';
      readonly call: number;
      readonly method: ReportMethod;
      readonly id: string;
      readonly argument?: unknown;
    }
  /** `abort`: the signal of this `watch`; `leave`: its reader requests no more steps. */
  | { readonly type: 'abort' | 'leave'; readonly watch: number }
  /** Something was added to the log of this run. */
  | { readonly type: 'wake'; readonly id: string }
  | { readonly type: 'ping' };

export type FromThread =
  | { readonly type: 'ready' }
  | { readonly type: 'answer'; readonly call: number; readonly value?: unknown; readonly error?: SentError }
  | { readonly type: 'subscribe' | 'unsubscribe'; readonly id: string }
  /** Bytes of a report are missing or damaged. */
  | { readonly type: 'unreadable'; readonly problem: string }
  | { readonly type: 'pong' };

/** An error in transit between threads. */
export interface SentError {
  readonly message: string;
  readonly stack?: string;
  /** Code of an `AppError`. */
  readonly code?: ErrorCode;
  readonly fields?: readonly FieldProblem[];
}

export function sentError(error: unknown): SentError {
  if (error instanceof AppError) return { message: error.message, code: error.code, fields: error.fields };
  const { message = String(error), stack } = error as Partial<Error>;
  return { message, ...defined({ stack }) };
}

export function receivedError({ message, stack, code, fields = [] }: SentError): Error {
  if (code !== undefined) return new AppError(code, message, { fields });
  return Object.assign(new Error(message), stack === undefined ? {} : { stack });
}

/** Room for the id of a run, in bytes of ASCII. */
export const MARK_BYTES = 64;

/** Writes the run's id where the other thread can read it even while this one is busy. */
export function markRun(current: SharedArrayBuffer, id: string): void {
  const bytes = new Uint8Array(current);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = at < id.length ? id.charCodeAt(at) : 0;
}

export function markedRun(current: SharedArrayBuffer): string {
  return String.fromCharCode(...new Uint8Array(current).filter((code) => code !== 0));
}
