/** Turns failures around a run into its outcome. */
import { defined } from '../domain/defined.ts';
import { diskFull, isDiskFull } from '../domain/disk.ts';
import { AppError } from '../domain/error.ts';
import type { KernelDeath } from '../domain/kernel/kernel.ts';
import { SERVER_EXCEPTION } from '../domain/run/run-message.ts';
import type { Outcome } from '../domain/run/run.ts';

/**
 * How far a run has come: its last cell, and which of the notebook's own code cells this is; 0 for the injected one.
 */
export interface RunPosition {
  readonly cell?: number;
  readonly step?: number;
}

/** How the cells of a run ended, and where. */
export interface RunEnd {
  readonly outcome: Outcome;
  readonly position: RunPosition;
}

/** With the position, for outcomes that have one. */
export function outcomeAt({ outcome, position }: RunEnd): Outcome {
  return outcome.type === 'failed' || outcome.type === 'timed-out' || outcome.type === 'kernel-died'
    ? { ...position, ...outcome }
    : outcome;
}

/** A server error: its message if it is meant for people. */
export function problemOutcome(thrown: unknown): Outcome {
  const error = isDiskFull(thrown) ? diskFull(thrown) : thrown;
  const isForPeople = error instanceof AppError && error.code !== 'internal';
  const value = isForPeople
    ? error.message
    : 'Something went wrong in the server. Its log has the details for the operator.';
  return { type: 'failed', exception: { name: SERVER_EXCEPTION, value } };
}

export function deathOutcome(death: KernelDeath, cell: number | undefined): Outcome {
  return {
    type: 'kernel-died',
    ...defined({ cell, exitCode: death.exitCode, signal: death.signal }),
    ...(death.limit !== undefined
      ? { limit: death.limit.name, used: death.limit.used, limitValue: death.limit.value }
      : death.outOfMemory === true
        ? { limit: 'memory' as const }
        : {}),
  };
}
