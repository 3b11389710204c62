/** Bash's string literals. Source: https://www.gnu.org/software/bash/manual/bash.html#Quoting */
import { AppError } from '../../domain/error.ts';

/**
 * `$'...'`, in which nothing is expanded, not even the history's `!`; other control characters as their UTF-8.
 * Throws `invalid` for a text that Bash cannot hold.
 */
export function quoteBash(text: string): string {
  if (text.includes('\0')) throw new AppError('invalid', 'A text in Bash cannot contain the character NUL.');
  if (!text.isWellFormed())
    throw new AppError('invalid', 'A text in Bash cannot contain half a character (a lone surrogate).');
  if (/^[\w./:@%+=,-]+$/.test(text)) return text;
  const body = text.replace(/[\\'!]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, (character) =>
    Array.from(new TextEncoder().encode(character), (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join(''),
  );
  return `$'${body}'`;
}
