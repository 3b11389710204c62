import { expect, it } from 'vitest';
import { jsonParts } from '../../../src/domain/text/json-part.ts';
import { parseExactJson } from '../../../src/domain/text/json-exact.ts';
import type { Json } from '../../../src/domain/text/json.ts';

const deep = (levels: number): Json => Array.from({ length: levels }).reduce<Json>((inner) => ({ a: [inner] }), 1);

const values: Readonly<Record<string, Json>> = {
  'plain values': [null, true, false, 0, -0, 1.5e300, '', 'a"b\\c\n\u2028'],
  'empty lists and objects': { a: [], b: {}, c: [[], {}], d: [[[[[[[]]]]]]] },
  'members without a value': { a: undefined, b: 1, c: undefined } as unknown as Json,
  'names that must be quoted, and numbers as names': { 'a"\n': 1, '2': 2, '1': 1, __proto__: 3 },
  'exact numbers': parseExactJson('{"a": [12345678901234567890, 0.10000000000000000001]}') as Json,
  'what lies deep': deep(40),
  'a long text': { text: 'line\n"quoted" \u0000 ü\n'.repeat(20_000), after: 1 },
  'characters of two halves wherever they are cut': ['x', 'xx', ''].map((start) => start + '😀'.repeat(70_000)),
  'halves alone': ['\ud83d'.repeat(70_000), '\ude00'.repeat(70_000), `${'x'.repeat(65_535)}\ud83d`],
  'many small values': Array.from({ length: 30_000 }, (_, at) => ({ at, text: `number ${at}` })),
};

it.each(Object.entries(values))('writes %s as JSON.stringify does', (_what, value) => {
  expect([...jsonParts(value)].join('') === JSON.stringify(value, null, 1)).toBe(true);
});

it('makes parts that are neither long nor many', () => {
  const parts = [...jsonParts({ long: 'x"'.repeat(1_000_000), many: values['many small values']! })];
  expect(Math.max(...parts.map(({ length }) => length))).toBeLessThan(300_000);
  expect(parts.length).toBeLessThan(100);
});
