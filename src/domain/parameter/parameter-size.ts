/** Limits of one value, checked before anything else: a request can neither enlarge a run nor block the server. */
import { isExactNumber, isJsonObject, type Json } from '../text/json.ts';
import { ValueProblem } from './parameter-problem.ts';

export const VALUE_LIMITS = { textChars: 1_000_000, depth: 100, parts: 100_000, digits: 4_300 } as const;

/** Throws `ValueProblem` if the value has too many characters as JSON, too many parts, or is nested too deeply. */
export function checkSize(value: Json): void {
  if (typeof value === 'string' ? value.length > VALUE_LIMITS.textChars : exceeds(value)) throw tooLarge();
}

export function checkCount(count: number): void {
  if (count > VALUE_LIMITS.parts) throw tooLarge();
}

function tooLarge(): ValueProblem {
  const { textChars, depth, parts, digits } = VALUE_LIMITS;
  return new ValueProblem(
    `Enter at most ${textChars} characters and ${parts} values, nested at most ${depth} levels deep, ` +
      `and numbers of at most ${digits} digits.`,
  );
}

function exceeds(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return false;
  let level: Json[] = [value];
  for (let depth = 0, parts = 0; level.length > 0; depth += 1) {
    parts += level.length;
    if (depth > VALUE_LIMITS.depth || parts > VALUE_LIMITS.parts + 1) return true;
    if (level.some(isTooLong)) return true;
    level = level.flatMap((part): Json[] =>
      Array.isArray(part) ? (part as Json[]) : isJsonObject(part) ? Object.values(part) : [],
    );
  }
  return JSON.stringify(value).length > VALUE_LIMITS.textChars;
}

/** Python reads whole numbers of 4,300 digits at most. */
function isTooLong(part: Json): boolean {
  return isExactNumber(part) && part.rawJSON.length > VALUE_LIMITS.digits;
}
