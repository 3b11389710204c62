/**
 * Whether a password is among those that are tried first: the most common ones, and what people make of them, such as
 * digits behind a word, rows of keys and years. All is looked up here, nothing is sent anywhere.
 */
import type { ZxcvbnFactory } from '@zxcvbn-ts/core';

/** So many guesses, as a power of ten, it must last: more than somebody can try who has stolen its slow hash. */
const LEAST_GUESSES_LOG10 = 8;
/** Longer ones are refused before. The time grows with the length: at most a fifth of a second. */
const MOST_CHARS = 200;

let loaded: Promise<ZxcvbnFactory> | undefined;

/** `words`: what is known of the owner. */
export async function isGuessable(password: string, words: readonly string[]): Promise<boolean> {
  loaded ??= load();
  const factory = await loaded;
  return factory.check(password.slice(0, MOST_CHARS), [...words]).guessesLog10 < LEAST_GUESSES_LOG10;
}

/** When it is first needed: the lists take some megabytes. */
async function load(): Promise<ZxcvbnFactory> {
  const [{ ZxcvbnFactory: Factory }, { adjacencyGraphs, dictionary }] = await Promise.all([
    import('@zxcvbn-ts/core'),
    import('@zxcvbn-ts/language-common'),
  ]);
  return new Factory({ dictionary, graphs: adjacencyGraphs, maxLength: MOST_CHARS }, {});
}
