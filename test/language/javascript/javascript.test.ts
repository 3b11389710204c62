import { describe, expect, it } from 'vitest';
import { NO_PARAMETERS } from '../../../src/domain/parameter/parameter.ts';
import { javascript, typescript } from '../../../src/language/javascript/javascript.ts';

describe('JavaScript and TypeScript parameters', () => {
  it.each([
    ['let n = 5', { type: 'number', default: 5 }],
    ['var n = -1.5e3; // Rate', { type: 'number', default: -1500, description: 'Rate' }],
    ['let n = 5n', { type: 'integer', default: 5 }],
    ['let n = "a \\"//\\" b" /* Text */', { type: 'string', default: 'a "//" b', description: 'Text' }],
    ["let n = 'x\\ny\\u{1f600}\\x41'", { type: 'string', default: 'x\ny\u{1f600}A' }],
    ['let n = `a`', { type: 'string', default: 'a' }],
    ['let n = `${1}`', { 'x-source': '`${1}`' }],
    ['let n = true', { type: 'boolean', default: true }],
    ['let n = null', { default: null }],
    ['let n: "all" | "north" = "all"', { type: 'string', enum: ['all', 'north'], default: 'all' }],
    ['let n: string | null = null', { type: ['string', 'null'], default: null }],
    ['let n: Array<string> = []', { type: 'array', items: { type: 'string' }, default: [] }],
    ['let n: (1 | 2)[] = [1]', { type: 'array', items: { type: 'number', enum: [1, 2] }, default: [1] }],
    ['let n = {a: 1, "b c": [true]}', { type: 'object', default: { a: 1, 'b c': [true] } }],
    ['let n = {...a}', { 'x-source': '{...a}' }],
    ['let n = new Date("2026-01-31")', { type: 'string', format: 'date', 'x-native': 'date', default: '2026-01-31' }],
    [
      'let n: Date = new Date("2026-01-31T10:00Z")',
      { type: 'string', format: 'date-time', 'x-native': 'datetime', default: '2026-01-31T10:00Z' },
    ],
    ['let n = new Date()', { type: 'string', format: 'date', 'x-native': 'date', 'x-source': 'new Date()' }],
    ['let n: number = f(1)', { type: 'number', 'x-source': 'f(1)' }],
  ])('%s', (line, schema) => {
    expect(typescript.readParameters(line)).toEqual([{ name: 'n', schema, required: false }]);
  });

  it('are what can be declared anew: no constants, nothing inside, no patterns', () => {
    expect(
      typescript.readParameters(
        'const a = 1\nlet {b} = x\nfunction f() { let c = 1 }\nif (d) { var e = 1 }\nlet g: string\nlet',
      ),
    ).toMatchObject([{ name: 'g', required: true }]);
    expect(javascript.readParameters('let a = 1, b = "x"')).toMatchObject([{ name: 'a' }, { name: 'b' }]);
  });

  it('have names of the language alone, and passwords from the environment', () => {
    expect(['größe', '$x', '_a'].every(typescript.accepts)).toBe(true);
    expect(['class', '1a', 'a-b', '', 'process', 'a;b'].some(typescript.accepts)).toBe(false);
    expect(
      typescript.writeParameters(
        { key: 'hunter2', n: 1 },
        { ...NO_PARAMETERS, properties: { key: { format: 'password' } } },
      ),
    ).toBe('// Parameters\nlet key = process.env["SCRIPT_RUNNER_PARAM_key"];\nlet n = 1;');
    expect(() => typescript.writeParameters({ 'a b': 1 }, NO_PARAMETERS)).toThrow(
      expect.objectContaining({ code: 'invalid' }),
    );
  });
});
