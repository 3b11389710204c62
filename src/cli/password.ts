/** `script-runner password`: the line for the setting `password_hash`. */
import { GUESSABLE } from '../domain/access/account.ts';
import { AppError } from '../domain/error.ts';
import { hashPassword } from '../http/access/password.ts';
import { askHidden } from './ask.ts';

const LEAST_CHARS = 10;

/** Throws `invalid` for a password that is easy to guess. */
export async function password(): Promise<void> {
  const given = await askHidden('Password: ');
  if ([...given].length < LEAST_CHARS)
    throw new AppError('invalid', `Everyone shares this password, so it needs at least ${LEAST_CHARS} characters.`);
  const { isGuessable } = await import('../sign-in/password-guess.ts');
  if (await isGuessable(given, ['script runner', 'scriptrunner'])) throw new AppError('invalid', GUESSABLE);
  console.log(await hashPassword(given));
}
