/** The parts of the server that a process can be. */
import type { Role } from '../compose/compose.ts';
import { AppError } from '../domain/error.ts';

/** Throws `invalid` for anything else. */
export function readRole(word: string): Role {
  if (word === 'serve' || word === 'web' || word === 'worker') return word;
  throw new AppError('invalid', `--role takes serve, web or worker, not “${word}”.`);
}

/** A web or a worker makes sense with a shared database only. */
export function withoutDatabase(role: Role): AppError {
  return new AppError(
    'invalid',
    `script-runner ${role} needs a database that it shares with the others: set SCRIPT_RUNNER_DATABASE. Without one, script-runner serve does everything in one process.`,
  );
}
