import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_PARAMETERS } from '../../../src/domain/parameter/parameter.ts';
import { python } from '../../../src/language/python/python.ts';
import { anyText, anyTyped } from '../parameter-values.ts';

describe('a Python literal', () => {
  it('is read back as the same value and type', () => {
    fc.assert(
      fc.property(anyTyped, ({ value, schema }) => {
        const [read] = python.readParameters(`x = ${python.writeLiteral(value, schema)}`);
        const { default: back, ...type } = read?.schema ?? {};
        expect(type['x-source']).toBeUndefined();
        expect(Object.is(back, -0) ? '-0' : back).toEqual(Object.is(value, -0) ? '-0' : value);
      }),
      { numRuns: 300 },
    );
  });

  it('stands on one line of harmless characters', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(python.writeLiteral(text, {})).not.toMatch(/[\x00-\x1f\x7f-\xa0\u2028\u2029\u202e\ufeff]|\p{Cs}/u);
      }),
    );
  });

  it.each([
    [null, {}, 'None'],
    [true, {}, 'True'],
    [5, {}, '5'],
    [5, { type: 'number' }, '5.0'],
    [5, { type: ['integer', 'number'] }, '5'],
    [1e21, {}, '1e+21'],
    [2 ** 63, {}, '9223372036854775808'],
    [-0, {}, '-0.0'],
    ['NaN', { type: 'number' }, 'float("nan")'],
    ['-Infinity', { type: ['number', 'null'] }, 'float("-inf")'],
    ['NaN', { type: 'string' }, '"NaN"'],
    ['NaN', { type: ['number', 'string'] }, '"NaN"'],
    ['héllo\n"', {}, '"héllo\\n\\""'],
    [{ a: [1, null] }, {}, '{"a": [1, None]}'],
    [{ a: 1 }, { type: 'object', additionalProperties: { type: 'number' } }, '{"a": 1.0}'],
    [{ '': { b: 1 } }, { additionalProperties: { additionalProperties: { type: 'number' } } }, '{"": {"b": 1.0}}'],
    [{ 1: 'a', '-9223372036854775808': 'b' }, { 'x-keys': { type: 'integer' } }, '{1: "a", -9223372036854775808: "b"}'],
    [{ 1: 'a' }, { 'x-keys': { type: 'number' } }, '{1.0: "a"}'],
    [{ true: 1 }, { 'x-keys': { type: 'boolean' } }, '{True: 1}'],
    [
      { '2024-01-31': 1 },
      { 'x-keys': { type: 'string', format: 'date', 'x-native': 'date' } },
      '{__import__("datetime").date(2024, 1, 31): 1}',
    ],
    [{ '[1,2]': 1 }, { 'x-keys': { type: 'array', 'x-native': 'tuple' } }, '{(1, 2): 1}'],
    [[], { 'x-native': 'set' }, 'set()'],
    [[1], { 'x-native': 'tuple' }, '(1,)'],
    [[], { 'x-native': 'tuple' }, '()'],
    ['2024-01-31', { 'x-native': 'date' }, '__import__("datetime").date(2024, 1, 31)'],
    ['2024-01-31T10:05', { 'x-native': 'datetime' }, '__import__("datetime").datetime(2024, 1, 31, 10, 5)'],
    [
      '2024-01-31T10:05:00Z',
      { 'x-native': 'datetime' },
      '__import__("datetime").datetime(2024, 1, 31, 10, 5, 0, tzinfo=__import__("datetime").timezone.utc)',
    ],
    ['0.10', { type: 'number', 'x-native': 'decimal' }, '__import__("decimal").Decimal("0.10")'],
  ] as const)('%j as %j is %s', (value, schema, literal) => {
    expect(python.writeLiteral(value, schema)).toBe(literal);
  });
});

describe('the injected cell of Python', () => {
  const schema = {
    ...NO_PARAMETERS,
    properties: { n: { type: 'integer' }, secret: { type: 'string', format: 'password' } },
  } as const;

  it('is papermill’s, but for passwords, which it never holds', () => {
    expect(python.writeParameters({ n: 5, secret: 'hunter2' }, schema)).toBe(
      '# Parameters\nn = 5\nsecret = __import__("script_runner").params["secret"]',
    );
  });

  it('refuses names that would be code', () => {
    for (const name of ['a b', 'a;b', 'a\nb', 'class', '1a', '', 'a.b', 'print(1)#']) {
      expect(() => python.writeParameters({ [name]: 1 }, schema)).toThrow(expect.objectContaining({ code: 'invalid' }));
    }
    expect(python.accepts('größe_2')).toBe(true);
  });

  it('offers classic downloads through the notebook’s module', () => {
    expect(python.writeDownloads(['table'])).toBe('import script_runner\nscript_runner.download(table, "table.csv")');
    expect(python.writeDownloads([])).toBeUndefined();
  });
});
