/** Exit codes: 0 succeeded, 1 failed, 2 usage, 3 timed out, 4 kernel died, 5 cancelled. */
import { AppError } from '../domain/error.ts';
import type { RunStatus } from '../domain/run/run.ts';

/** Writes to standard error what went wrong; the stack only for internal errors. */
export function fail(error: unknown): void {
  const known = error instanceof AppError;
  console.error(known ? error.message : error);
  if (known)
    for (const { field, message } of error.fields)
      if (!error.message.includes(message)) console.error(`  ${field}: ${message}`);
  process.exitCode = known && (error.code === 'invalid' || error.code === 'not-found') ? 2 : 1;
}

export function exitCodeOf(status: RunStatus): number {
  switch (status) {
    case 'succeeded':
      return 0;
    case 'timed-out':
      return 3;
    case 'kernel-died':
      return 4;
    case 'cancelled':
      return 5;
    default:
      return 1;
  }
}
