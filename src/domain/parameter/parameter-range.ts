/** Ranges: lists of two numbers or dates, the lower first. */
import type { Json } from '../text/json.ts';
import { isExactNumber } from '../text/json.ts';
import type { ParameterSchema } from './parameter.ts';

/** Only where the author says so: two numbers may also be a width and a height. */
export function isRange(schema: ParameterSchema): boolean {
  return schema['x-widget'] === 'range' || schema['x-widget'] === 'date-range';
}

/** `1..5`, `2026-01-01..-7d` and what lists allow: `1, 5`, `1; 5`, one per line, JSON. */
export function rangeParts(text: string): string[] {
  return text
    .trim()
    .replace(/^\[(.*)\]$/s, '$1')
    .split(/\.\.|[;,\r\n]+/)
    .map((part) => part.trim().replace(/^"(.*)"$/, '$1'));
}

/** Of resolved values: dates are compared as text, whose order is that of the days. */
export function isAscending([from, to]: readonly Json[]): boolean {
  if (from === undefined || to === undefined) return true;
  return isNumber(from) && isNumber(to) ? numberOf(from) <= numberOf(to) : timeOf(from) <= timeOf(to);
}

function isNumber(value: Json): boolean {
  return typeof value === 'number' || isExactNumber(value) || /^-?\d+(\.\d+)?$/.test(String(value));
}

function numberOf(value: Json): number {
  return Number(isExactNumber(value) ? value.rawJSON : value);
}

/** Moments with offsets are compared as moments. */
function timeOf(value: Json): number | string {
  const text = String(value);
  return /T.*(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : text;
}
