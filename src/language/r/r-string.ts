/** R's string literals. Source: https://cran.r-project.org/doc/manuals/r-release/R-lang.html#Constants */
import { AppError } from '../../domain/error.ts';

/** Throws `invalid` for a text that R cannot hold. */
export function quoteR(text: string): string {
  if (text.includes('\0')) throw new AppError('invalid', 'A text in R cannot contain the character NUL.');
  if (!text.isWellFormed())
    throw new AppError('invalid', 'A text in R cannot contain half a character (a lone surrogate).');
  const body = text.replace(/[\\"]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, (character) =>
    character === '\\' || character === '"' ? `\\${character}` : `\\U{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
  return `"${body}"`;
}
