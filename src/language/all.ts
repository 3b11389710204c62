/** The registry of kernel languages. */
import type { Language } from '../domain/parameter/language.ts';
import { bash } from './bash/bash.ts';
import { javascript, typescript } from './javascript/javascript.ts';
import { other } from './other.ts';
import { python } from './python/python.ts';
import { r } from './r/r.ts';

/** By `Language.id`; `other` is used for every language that is not in it (see `languageFor`). */
export function languages(): ReadonlyMap<string, Language> {
  return new Map([python, r, bash, typescript, javascript, other].map((language) => [language.id, language]));
}
