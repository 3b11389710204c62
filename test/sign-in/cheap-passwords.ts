/** Passwords of tests: their hashes cost nothing. */
import type { Passwords } from '../../src/domain/access/account.ts';
import { hashPassword, isPassword } from '../../src/http/access/password.ts';
import { isGuessable } from '../../src/sign-in/password-guess.ts';

export const cheapPasswords: Passwords = {
  hash: (password) => hashPassword(password, { N: 16, r: 8, p: 1 }),
  isRight: isPassword,
  isGuessable,
};
