/** Random parameter values for property tests, with more of the difficult ones than chance would give. */
import fc from 'fast-check';
import type { Json } from '../../src/domain/text/json.ts';
import type { ParameterSchema } from '../../src/domain/parameter/parameter.ts';

const AWKWARD = [
  '',
  '"',
  "'",
  '\\',
  '\\"',
  '"""',
  "'''",
  '\0',
  '\x1b[31m',
  '\x7f',
  '\r\n',
  '\u0085',
  '\u2028',
  '\u2029',
  '\ufeff',
  '\u202e',
  '\ud800',
  '\udc00',
  '\ud83d\ude00',
  '\udc00\ud800',
  '{}',
  '{{x}}',
  '%s',
  '$HOME',
  '`id`',
  '$(id)',
  '\\N{BULLET}',
  '\\u0041',
  '!ls',
  '%magic',
  '?',
  'e\u0301',
  '\u00e9',
  '\u0130',
  '#',
  'None',
  '\n%%bash\n',
];

/** Any JavaScript string, including lone surrogates and control characters. */
export const anyText = fc.oneof(
  fc
    .array(fc.oneof(fc.constantFrom(...AWKWARD), fc.string({ unit: 'binary', maxLength: 8 })))
    .map((parts) => parts.join('')),
  fc.array(fc.nat(0xffff), { maxLength: 20 }).map((units) => String.fromCharCode(...units)),
);

const anyNumber = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.maxSafeInteger(),
  fc.constantFrom(2 ** 53, 2 ** 63, -(2 ** 64), 1e21, 1e308, 5e-324, -0),
);

/** Any JSON value. */
export const anyJson: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    anyNumber,
    anyText,
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(anyText, tie('value'), { maxKeys: 5 }),
  ),
})).value;

const pad = (value: number, width: number): string => String(value).padStart(width, '0');
const anyDate = fc
  .date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const anyTime = fc
  .tuple(fc.nat(23), fc.nat(59), fc.nat(59), fc.integer({ min: 1, max: 999_999 }))
  .map(([hour, minute, second, micro]) => `${pad(hour, 2)}:${pad(minute, 2)}:${pad(second, 2)}.${pad(micro, 6)}`);
const wellFormed = anyText.map((text) => text.toWellFormed());

export interface TypedValue {
  readonly schema: ParameterSchema;
  readonly value: Json;
}

const typed = (schema: ParameterSchema, values: fc.Arbitrary<Json>): fc.Arbitrary<TypedValue> =>
  values.map((value) => ({ schema, value }));

/** Values of every type that has its own literals. */
export const anyTyped: fc.Arbitrary<TypedValue> = fc.oneof(
  typed(
    { type: 'integer' },
    fc.oneof(
      fc.maxSafeInteger(),
      fc.bigInt({ min: 2n ** 53n, max: 2n ** 200n }).chain((value) => fc.constantFrom(String(value), String(-value))),
    ),
  ),
  typed({ type: 'number' }, fc.oneof(anyNumber, fc.constantFrom('NaN', 'Infinity', '-Infinity'))),
  typed({ type: 'boolean' }, fc.boolean()),
  typed({ type: 'string' }, anyText),
  typed({ type: 'string', 'x-native': 'bytes' }, wellFormed),
  typed(
    { type: 'string', 'x-native': 'path' },
    wellFormed.filter((text) => !text.includes('\0')),
  ),
  typed({ type: 'string', format: 'date', 'x-native': 'date' }, anyDate),
  typed({ type: 'string', format: 'time', 'x-native': 'time' }, anyTime),
  typed(
    { type: 'string', format: 'date-time', 'x-native': 'datetime' },
    fc.tuple(anyDate, anyTime).map((parts) => parts.join('T')),
  ),
  typed({ type: 'number', 'x-native': 'decimal' }, fc.integer()),
  typed(
    { type: 'array', 'x-native': 'tuple', items: { type: 'number' } },
    fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }),
  ),
  typed(
    { type: 'array', 'x-native': 'set', uniqueItems: true, items: { type: 'string' } },
    fc.uniqueArray(wellFormed, { minLength: 1 }),
  ),
  typed(
    { type: 'array', items: { type: 'string', format: 'date', 'x-native': 'date' } },
    fc.array(anyDate, { minLength: 1 }),
  ),
  typed(
    { type: 'object', additionalProperties: { type: 'number' } },
    fc.dictionary(anyText, fc.double({ noNaN: true, noDefaultInfinity: true })),
  ),
  typed(
    { type: 'object', 'x-keys': { type: 'integer' } },
    fc.dictionary(fc.maxSafeInteger().map(String), anyText, { minKeys: 1 }),
  ),
);
