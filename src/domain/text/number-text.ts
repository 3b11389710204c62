/** Numbers as people type them: `1,5`, `1 234.5`, `1.234,5`, `1e3`, `−3`; 0.3 equals three times 0.1. */
import type { Json } from './json.ts';

const INTEGER = /^[+-]?\d+$/;
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
/** Longer texts are not numbers: Python reads whole numbers of at most 4300 digits. */
const MOST_CHARS = 5000;

/** A whole number; beyond ±(2^53−1) a decimal string. Undefined if the text is not a number, or is ambiguous. */
export function readIntegerText(text: string): number | string | undefined {
  const plain = plainNumber(text, true);
  if (plain === undefined) return undefined;
  if (INTEGER.test(plain)) return integerValue(BigInt(plain.replace('+', '')));
  const value = Number(plain);
  return DECIMAL.test(plain) && Number.isSafeInteger(value) ? value : undefined;
}

/** A number; `NaN`, `Infinity` and `-Infinity` are text, as everywhere in parameter values. Undefined as above. */
export function readDecimalText(text: string): Json | undefined {
  const word = /^([+-]?)(?:inf|infinity|∞)$/i.exec(text.trim());
  if (word !== null) return word[1] === '-' ? '-Infinity' : 'Infinity';
  if (/^nan$/i.test(text.trim())) return 'NaN';
  const plain = plainNumber(text, false);
  if (plain === undefined || !DECIMAL.test(plain)) return undefined;
  const value = Number(plain);
  return Number.isFinite(value) ? value : undefined;
}

export function integerValue(value: bigint): number | string {
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}

/** The number with a decimal point and no separators of thousands. */
function plainNumber(text: string, whole: boolean): string | undefined {
  if (text.length > MOST_CHARS) return undefined;
  const compact = text
    .normalize('NFKC')
    .trim()
    .replace(/^\u2212/, '-')
    .replace(/(?<=\d)[\s'’_](?=\d{3}(?!\d))/g, '');
  const points = compact.split('.').length - 1;
  const commas = compact.split(',').length - 1;
  if (points + commas === 0) return compact;
  if (points > 0 && commas > 0) {
    const decimal = compact.lastIndexOf('.') > compact.lastIndexOf(',') ? '.' : ',';
    return ungrouped(compact, decimal === '.' ? ',' : '.', decimal);
  }
  const separator = points > 0 ? '.' : ',';
  if (points + commas > 1) return ungrouped(compact, separator, undefined);
  const grouped = new RegExp(`^[+-]?[1-9]\\d{0,2}\\${separator}\\d{3}$`).test(compact);
  if (grouped && separator === ',') return whole ? compact.replace(',', '') : undefined;
  return compact.replace(',', '.');
}

function ungrouped(text: string, group: string, decimal: string | undefined): string | undefined {
  const [whole = '', ...rest] = decimal === undefined ? [text] : text.split(decimal);
  if (rest.length > 1 || !new RegExp(`^[+-]?\\d{1,3}(?:\\${group}\\d{3})+$`).test(whole)) return undefined;
  const joined = whole.replaceAll(group, '');
  return rest[0] === undefined ? joined : `${joined}.${rest[0]}`;
}

/** As in decimal arithmetic, regardless of the rounding of doubles. */
export function isMultiple(value: number, step: number): boolean {
  const ratio = value / step;
  return Math.abs(ratio - Math.round(ratio)) <= 1e-9 * Math.max(1, Math.abs(ratio));
}
