/**
 * Values that once blocked the server: each took from seconds to minutes, or made the answer hundreds of megabytes
 * long.
 */
import { expect, it } from 'vitest';
import { AppError } from '../../../src/domain/error.ts';
import { formFields } from '../../../src/domain/parameter/form.ts';
import { checkValues } from '../../../src/domain/parameter/parameter-check.ts';
import { NO_PARAMETERS, type ParameterSchema } from '../../../src/domain/parameter/parameter.ts';

const CHARS = 900_000;
/** A wide margin: a millisecond or two where the work grows with the text alone, minutes where it does not. */
const LIMIT_MS = 5000;

function check(properties: Record<string, ParameterSchema>, given: Record<string, unknown>): AppError | undefined {
  const startedAt = performance.now();
  try {
    checkValues({ ...NO_PARAMETERS, properties }, given, { nowMs: 0, timezone: 'UTC' });
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  } finally {
    expect(performance.now() - startedAt).toBeLessThan(LIMIT_MS);
  }
}

it.each<[string, ParameterSchema, unknown]>([
  ['dots of an e-mail address', { type: 'string', format: 'email' }, `a@${'a.'.repeat(CHARS / 2)}@`],
  ['an address', { type: 'string', format: 'uri' }, `${'a'.repeat(CHARS)}`],
  ['digits before a letter', { type: 'number' }, `${'9'.repeat(CHARS)}e`],
  ['groups of digits', { type: 'number' }, `${'1,000'.repeat(CHARS / 5)}x`],
  ['steps of a date', { type: 'string', format: 'date' }, '+1d'.repeat(CHARS / 3)],
  ['spaces of a moment', { type: 'string', format: 'date-time', 'x-zone': true }, `2024-01-01${' '.repeat(CHARS)}x`],
  ['spaces of a range', { type: 'array', items: { type: 'integer' }, 'x-widget': 'range' }, `1${' '.repeat(CHARS)}..`],
  ['a scheme without end', { type: 'string', format: 'uri' }, `${'a:'.repeat(CHARS / 2)} x`],
  ['offsets of a time', { type: 'string', format: 'date-time' }, `2024-01-01T${'Z'.repeat(CHARS)}`],
  ['a pattern that backtracks', { type: 'string', pattern: '^(a+)+$' }, `${'a'.repeat(CHARS)}!`],
  ['a pattern with a large program', { type: 'string', pattern: '^(?:[a-z]{2,63}){1,100}$' }, 'a'.repeat(CHARS)],
  [
    'a pattern tried again and again',
    { type: 'array', items: { type: 'string', pattern: '^(?:[a-z]{2,63}){1,100}$' } },
    Array.from({ length: 2000 }, () => 'a'.repeat(400)),
  ],
  ['bad items', { type: 'array', items: { type: 'integer' } }, 'a,'.repeat(90_000)],
  ['too many items', { type: 'array', items: { type: 'integer' } }, '1,'.repeat(CHARS / 2)],
  [
    'bad entries',
    { type: 'object', additionalProperties: { type: 'integer' } },
    Object.fromEntries(Array.from({ length: 50_000 }, (_, at) => [`k${at}`, 'a'])),
  ],
  [
    'items of many choices',
    { type: 'array', items: { enum: Array.from({ length: 5000 }, (_, at) => `x${at}`) } },
    'a,'.repeat(90_000),
  ],
  ['brackets of a text', { type: 'array' }, '['.repeat(CHARS / 2) + ']'.repeat(CHARS / 2)],
  ['lists in lists', { type: 'array' }, JSON.parse('['.repeat(5000) + ']'.repeat(5000))],
  ['objects in objects', { type: 'object' }, JSON.parse('{"a":'.repeat(5000) + '1' + '}'.repeat(5000))],
  ['lists where anything goes', {}, JSON.parse('['.repeat(5000) + ']'.repeat(5000))],
])('%s: refused in a moment', (_what, schema, given) => {
  const error = check({ a: schema }, { a: given });
  expect(error?.code).toBe('invalid');
  expect(error?.fields[0]?.message.length).toBeLessThan(10_000);
});

it('names some of the names that it does not know', () => {
  const properties = Object.fromEntries(
    Array.from({ length: 500 }, (_, at) => [`p${at}`, { type: 'integer' } as const]),
  );
  const error = check(properties, Object.fromEntries(Array.from({ length: 50_000 }, (_, at) => [`k${at}`, 'a'])));
  expect(JSON.stringify(error?.fields).length).toBeLessThan(100_000);
});

it('shows again what was refused', () => {
  const startedAt = performance.now();
  const fields = formFields({ ...NO_PARAMETERS, properties: { a: {} } }, { a: `${' '.repeat(CHARS)}x` });
  expect(fields[0]?.value).toContain('x');
  expect(performance.now() - startedAt).toBeLessThan(LIMIT_MS);
});
