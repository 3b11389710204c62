import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvRecords, delimiterOf } from '../../../src/domain/text/csv.ts';

const read = (text: string) => [...csvRecords(text, delimiterOf(text))];

describe('CSV', () => {
  it.each<[string, string[][]]>([
    ['', []],
    ['a', [['a']]],
    [
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      '\ufeffa;b\r\n1;2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a\tb\n1\t',
      [
        ['a', 'b'],
        ['1', ''],
      ],
    ],
    [
      'a|b\r1|2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a,b\n"1,2","say ""x""\nthere"\n',
      [
        ['a', 'b'],
        ['1,2', 'say "x"\nthere'],
      ],
    ],
    [
      'a,b\n\n\n,\n',
      [
        ['a', 'b'],
        ['', ''],
      ],
    ],
    [
      '"a;b;c",d\n1,2',
      [
        ['a;b;c', 'd'],
        ['1', '2'],
      ],
    ],
    [
      'a,b\n"1"x,2',
      [
        ['a', 'b'],
        ['1x', '2'],
      ],
    ],
    ['a,b\n"never closed, 2', [['a', 'b'], ['never closed, 2']]],
    [
      'a,b\nx"y,"z"',
      [
        ['a', 'b'],
        ['x"y', 'z'],
      ],
    ],
  ])('%j', (text, records) => {
    expect(read(text)).toEqual(records);
  });

  it('reads back what is written with quotes', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', ',', ';', '"', '\n', '\r', ' ', 'é') });
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1 }), (rows) => {
        const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
        const text = [['a', 'b'], ...rows].map((row) => row.map(quoted).join(',')).join('\n');
        expect([...csvRecords(text, ',')]).toEqual([['a', 'b'], ...rows]);
      }),
    );
  });

  it('reads any text', () => {
    fc.assert(fc.property(fc.string(), (text) => read(text).every((record) => record.length > 0)));
  });
});
