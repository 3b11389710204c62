/** Which passwords people may choose for their accounts. */
import { type Account, GUESSABLE, type Passwords, passwordProblem } from '../domain/access/account.ts';
import { AppError } from '../domain/error.ts';

/** Throws `invalid` with what would be right. */
export async function refuseBadPassword(passwords: Passwords, password: string, account: Account): Promise<void> {
  const { name, shownName = '', email = '' } = account;
  const problem = passwordProblem(password, account);
  if (problem !== undefined) throw new AppError('invalid', problem);
  const words = [name, email, ...shownName.split(/\s+/), 'script runner', 'scriptrunner'].filter((word) => word !== '');
  if (await passwords.isGuessable(password, words)) throw new AppError('invalid', GUESSABLE);
}
