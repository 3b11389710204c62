import { describe, expect, it } from 'vitest';
import { readValueFile } from '../../src/app/value-file.ts';
import { NO_PARAMETERS } from '../../src/domain/parameter/parameter.ts';

const SCHEMA = {
  ...NO_PARAMETERS,
  properties: { region: { type: 'string' }, start_date: { type: 'string' }, n: { title: 'How many' } },
} as const;
const read = (name: string, text: string, row = 1) => readValueFile(SCHEMA, { name, text, row });

describe('values from a file', () => {
  it('are a row of CSV, by names or labels of inputs, without empty cells', () => {
    const text = '\ufeffRegion;Start date;how MANY;other;\r\n"a;\nb";-7d;;5\r\n\r\nc;;2;;\r\n';
    expect(read('v.csv', text)).toEqual({ values: { region: 'a;\nb', start_date: '-7d', other: '5' }, rows: 2 });
    expect(read('V.CSV', text, 2)).toEqual({ values: { region: 'c', n: '2' }, rows: 2 });
  });

  it('are those of JSON and YAML, with their digits, or of one item of a list', () => {
    expect(JSON.stringify(read('v.json', '{"n": 2.0}').values)).toBe('{"n":2.0}');
    expect(read('v.yaml', '- n: 1\n- n: 2\n', 2)).toEqual({ values: { n: 2 }, rows: 2 });
    expect(read('v', 'start_date: 2026-01-31')).toEqual({ values: { start_date: '2026-01-31' } });
  });

  it.each([
    ['v.yaml', Array.from({ length: 8000 }, (_, at) => `a${at}: ${at}`).join('\n')],
    [
      'v.csv',
      `${Array.from({ length: 80_000 }, (_, at) => `a${at}`).join()}\n${'7999,'.repeat(80_000)}`.replace(/,$/, ''),
    ],
  ])('are found among many names without comparing each with all others: %s', (name, text) => {
    expect(Number(read(name, text).values.a7999)).toBe(7999);
  });

  it.each([
    ['v.csv', 'region\nM\ufffdnchen\n', 1, 'v.csv is not UTF-8 text. Save it as UTF-8, such as “CSV UTF-8”.'],
    ['v.csv', '', 1, 'v.csv is empty. Its first row must have the names of inputs.'],
    ['v.csv', 'n', 1, 'v.csv has no row; there is no row 1.'],
    ['v.csv', 'n\n1\n2', 3, 'v.csv has 2 rows; there is no row 3.'],
    ['v.csv', 'n,How many\n1,2', 1, 'v.csv: the first row has the name n twice.'],
    ['v.csv', 'n\n1\n2,3', 2, 'v.csv: row 2 has 2 values, but the first row has 1 names.'],
    [
      'v.csv',
      'n,region\r\n1,a\r\n2,"b\r\n3,c\r\n',
      1,
      'v.csv, line 3: the quote " that begins here is not closed. Close it at the end of the field;',
    ],
    ['v.csv', 'region,n\n"a,1\nb,2\n"c",3\n', 1, 'v.csv, line 2: the quote " that begins here is not closed.'],
    ['v.csv', 'region\n"', 1, 'v.csv, line 2: the quote'],
    ['v.csv', 'region\n"a""', 1, 'v.csv, line 2: the quote'],
    ['v.json', '{"n": 1,\n}', 1, 'v.json, line 2, column 1: '],
    ['v.json', '{"n": NaN}', 1, 'v.json cannot be read: It must be JSON'],
    ['v.json', '{"__proto__": {}}', 1, 'v.json cannot be read: The name __proto__ is not allowed.'],
    ['v.json', '5', 1, 'v.json must contain names with values'],
    ['v.yaml', `n: ${'x'.repeat(100_000)}`, 1, 'v.yaml is too long for YAML: at most 100000 characters. Use JSON.'],
    ['v.yaml', 'a: 1\nn: [1', 1, 'v.yaml, line 2: Flow sequence in block collection'],
    [
      'v.yaml',
      `a: &a [x, x]\nb: &b [${'*a,'.repeat(200)}]`,
      1,
      'v.yaml, line 2: It has more than 100 aliases such as *name.',
    ],
    ['v.yaml', 'n: 1\nn: 2', 1, 'v.yaml, line 2: Map keys must be unique.'],
    ['v.yaml', `\n${'{['.repeat(240)}${']}'.repeat(240)}`, 1, 'v.yaml, line 2: A name in a mapping must be a text.'],
    ['v.yaml', '? '.repeat(300), 1, 'v.yaml, line 1: A name in a mapping must be a text.'],
    ['v.yaml', `[${','.repeat(50_000)}`, 1, 'v.yaml, line 1: Unexpected , in flow sequence.'],
    ['v.yaml', `\n${'[}'.repeat(40_000)}`, 1, 'v.yaml, line 2: Unexpected flow-map-end token'],
    ['v.yaml', 'n: 1\n---\nn: 2\n'.repeat(6000), 1, 'v.yaml, line 2: It has more than one document.'],
    ['v.yaml', '['.repeat(1000), 1, 'v.yaml cannot be read: It is nested too deeply.'],
    ['v.yaml', '- '.repeat(50_000), 1, 'v.yaml cannot be read: It is nested too deeply.'],
    ['v.yaml', '', 1, 'v.yaml must contain names with values'],
  ])('are refused with a reason: %s %j', (name, text, row, message) => {
    expect(() => read(name, text, row)).toThrow(
      expect.objectContaining({ code: 'invalid', message: expect.stringContaining(message) }) as Error,
    );
  });
});
