/** Any unknown language: its notebooks run, but have no parameters. */
import { AppError } from '../domain/error.ts';
import type { Language } from '../domain/parameter/language.ts';

export const other: Language = {
  id: 'other',
  accepts: () => false,
  readParameters: () => [],
  writeLiteral: refuse,
  writeParameters: (values) => (Object.keys(values).length === 0 ? '# Parameters' : refuse()),
  writeDownloads: () => undefined,
};

function refuse(): never {
  throw new AppError('invalid', 'Parameters cannot be passed to notebooks of this language yet; run it without any.');
}
