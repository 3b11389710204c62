import { describe, expect, it } from 'vitest';
import { NO_PARAMETERS } from '../../../src/domain/parameter/parameter.ts';
import { r } from '../../../src/language/r/r.ts';

describe('R parameters', () => {
  it.each([
    ['n <- 5', { type: 'number', default: 5 }],
    ['n = 5L', { type: 'integer', default: 5 }],
    ['n <- -1.5e3 # Rate', { type: 'number', default: -1500, description: 'Rate' }],
    ['n <- "a \\"#\\" b" # Text', { type: 'string', default: 'a "#" b', description: 'Text' }],
    ["n <- 'x\\ny'", { type: 'string', default: 'x\ny' }],
    ['n <- TRUE', { type: 'boolean', default: true }],
    ['n <- NULL', { default: null }],
    ['n <- c("a", "b,c")', { type: 'array', items: { type: 'string' }, default: ['a', 'b,c'] }],
    ['n <- as.Date("2024-01-31")', { type: 'string', format: 'date', 'x-native': 'date', default: '2024-01-31' }],
    ['n <- Sys.Date() - 7', { type: 'string', format: 'date', 'x-native': 'date', 'x-source': 'Sys.Date() - 7' }],
    ['n <- c(1, "a")', { 'x-source': 'c(1, "a")' }],
    ['n <- "\\u00e9"', { 'x-source': '"\\u00e9"' }],
  ])('%s', (line, schema) => {
    expect(r.readParameters(line)).toEqual([{ name: 'n', schema, required: false }]);
  });

  it.each([
    [null, {}, 'NULL'],
    [true, {}, 'TRUE'],
    [5, { type: 'integer' }, '5L'],
    [5, { type: 'number' }, '5'],
    [3e9, { type: 'integer' }, '3000000000'],
    ['-Infinity', { type: 'number' }, '-Inf'],
    ['9223372036854775808', { type: 'integer' }, '9223372036854775808'],
    ['é\n"\\', {}, '"é\\U{a}\\"\\\\"'],
    [['a', 'b'], {}, 'c("a", "b")'],
    [[1, 'a'], {}, 'list(1, "a")'],
    [[], {}, 'list()'],
    [{ 'a b': 1, '': null }, {}, 'stats::setNames(list(1, NULL), c("a b", ""))'],
    ['2024-01-31', { 'x-native': 'date' }, 'as.Date("2024-01-31")'],
    [
      '2024-01-31T10:30+05:30',
      { 'x-native': 'datetime', 'x-zone': true },
      'as.POSIXct("2024-01-31T10:30:00+0530", format = "%Y-%m-%dT%H:%M:%OS%z", tz = "UTC")',
    ],
  ] as const)('%j as %j is written %s', (value, schema, literal) => {
    expect(r.writeLiteral(value, schema)).toBe(literal);
  });

  it('have names of R alone, and passwords from the environment', () => {
    expect(['a.b', 'x1', 'größe'].every(r.accepts)).toBe(true);
    expect(['1a', '.2a', 'if', 'TRUE', 'a b', '_a', '..1', ''].some(r.accepts)).toBe(false);
    expect(
      r.writeParameters({ key: 'x', n: 1 }, { ...NO_PARAMETERS, properties: { key: { format: 'password' } } }),
    ).toBe('# Parameters\nkey <- Sys.getenv("SCRIPT_RUNNER_PARAM_key")\nn <- 1');
  });
});
