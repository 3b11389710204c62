/** The errors of PostgreSQL and of the connection to it: what they mean, and what they say to people. */
import pg from 'pg';
import { AppError } from '../../domain/error.ts';

/** Source: PostgreSQL, Appendix A: `serialization_failure`, `deadlock_detected`. */
const ENDED_FOR_ANOTHER = new Set(['40001', '40P01']);
/**
 * The server stops, was killed, or starts; it has no connection left; this process stood still in a transaction
 * (`idle_in_transaction_session_timeout`); the connection is at fault.
 */
const LOST = /^(57P0[1-5]|53300|25P03|08...)$/;
const DISK_FULL = '53100';
/** `data_corrupted`, `index_corrupted`. */
const DAMAGED = new Set(['XX001', 'XX002']);
const RETRY_AFTER_S = 5;

/** The connection was lost or could not be made; whether the last statement was executed is unknown. */
export class DatabaseLostError extends AppError {
  constructor(cause: unknown) {
    super('unavailable', 'The server’s database cannot be reached at the moment. Try again shortly.', {
      cause,
      retryAfterS: RETRY_AFTER_S,
    });
  }
}

/** An error of the connection as `DatabaseLostError`; any other is returned unchanged. */
export function lostOr(error: unknown): unknown {
  return isLost(error) ? new DatabaseLostError(error) : error;
}

/** The server ended the transaction in favour of another one: it has changed nothing. */
export function isEndedForAnother(error: unknown): boolean {
  return ENDED_FOR_ANOTHER.has(codeOf(error));
}

export const isFull = (error: unknown): boolean => codeOf(error) === DISK_FULL;
export const isDamage = (error: unknown): boolean => DAMAGED.has(codeOf(error));

function isLost(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return LOST.test(codeOf(error));
  if (!(error instanceof Error) || error instanceof AppError) return false;
  // Node's errors of sockets and names have such codes; those of the client have only a text
  return /^E[A-Z]/.test(codeOf(error)) || /connection|timeout|terminated|not queryable/i.test(error.message);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/**
 * What is wrong with a database that cannot be opened, as one sentence and what to do. `shown`: its address without
 * the password. Errors that are messages already are returned unchanged.
 */
export function openProblem(shown: string, error: unknown): unknown {
  const cause = error instanceof DatabaseLostError ? error.cause : error;
  if (cause instanceof AppError) return cause;
  const text = sentence(cause);
  return text === undefined ? error : new AppError('conflict', `The database ${shown} ${text}`, { cause });
}

function sentence(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const byCode: Readonly<Record<string, string>> = {
    '28P01': 'refuses the user or the password. Correct SCRIPT_RUNNER_DATABASE, or the user’s password in PostgreSQL.',
    '28000': `refuses this user (${error.message}). Correct SCRIPT_RUNNER_DATABASE, or pg_hba.conf of the server.`,
    '3D000': 'does not exist on its server. Create it (createdb), or correct SCRIPT_RUNNER_DATABASE.',
    '42501': `gives this user too few rights: ${error.message}. Make the user the owner of the database, or of a schema in its search path.`,
    '3F000': 'has no schema in which this user may create tables. Make the user the owner of the database.',
    '53300': 'has no free connection. Raise max_connections of the server, or stop what uses them.',
    '57P03': `does not accept connections yet (${error.message}). Start again when it does.`,
    ECONNREFUSED: 'cannot be reached: nothing listens there. Start PostgreSQL, or correct the host and port.',
    ENOENT: 'cannot be reached: there is no socket of PostgreSQL. Start PostgreSQL, or correct the host.',
    ENOTFOUND: 'cannot be reached: there is no such host. Correct its name.',
    EAI_AGAIN: 'cannot be reached: the name of its host cannot be looked up now.',
    EHOSTUNREACH: 'cannot be reached: there is no way to its host. Check the network and the address.',
    ENETUNREACH: 'cannot be reached: there is no way to its host. Check the network and the address.',
  };
  const known = byCode[codeOf(error)];
  if (known !== undefined) return known;
  if (/^SASL|password must be a string/.test(error.message))
    return 'asks for a password. Put it into SCRIPT_RUNNER_DATABASE, or into the file that SCRIPT_RUNNER_DATABASE_FILE names.';
  if (/timeout/i.test(error.message))
    return 'cannot be reached: its host does not answer. Check the address and the network.';
  return isLost(error) || error instanceof pg.DatabaseError ? `cannot be used: ${error.message}.` : undefined;
}
