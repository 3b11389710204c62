/** The value of a JSON type, whichever way the kernel sends it. */
import type { Json } from '../../domain/text/json.ts';
import { BoundError } from '../bound-error.ts';
import { WORDS } from '../report-text.ts';
import { valueText } from './renderer.ts';

/** Some kernels send JSON as text. Throws `BoundError` for text that begins as JSON and is none. */
export function parsedJson(value: Json): Json {
  if (typeof value !== 'string' && !isLines(value)) return value;
  const text = valueText(value);
  try {
    return JSON.parse(text) as Json;
  } catch {
    if (/^\s*[[{]/.test(text)) throw new BoundError(WORDS.brokenJson);
    return value;
  }
}

/** A text in lines, which is what a text is in a saved notebook. */
function isLines(value: Json): boolean {
  return (
    Array.isArray(value) &&
    typeof value[0] === 'string' &&
    /^\s*[[{]/.test(value[0]) &&
    value.every((line) => typeof line === 'string')
  );
}
