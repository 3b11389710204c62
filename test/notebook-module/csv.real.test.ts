/** CSV downloads: correct for any content, harmless in a spreadsheet. */
import { describe, expect, test } from 'vitest';
import { runPython } from './python-run.ts';
import { programsIn } from '../program.ts';

const program = programsIn(import.meta.dirname);

describe('download of a table as CSV', () => {
  const run = runPython(program('csv'), { run: true });
  const rows = (name: string): string[] => {
    const text = run.files[name]?.toString('utf8') ?? '';
    expect(text.startsWith('\uFEFF')).toBe(true);
    return text.slice(1).split('\r\n').slice(0, -1);
  };

  test('keeps commas, quotes, line breaks, Unicode, dates and missing values', () => {
    expect(rows('content.csv')).toEqual([
      'name,amount,day,at',
      '"Müller, Anna",-5.0,2024-01-31,2024-01-31 10:30:00',
      '"say ""hi""",1.5,,',
      '"two\nlines",,2024-02-29,2024-02-29 00:00:00',
      '日本,inf,2024-03-01,2024-03-01 00:00:00',
      ',0.1,2024-03-02,2024-03-02 00:00:00',
    ]);
  });

  test('makes formulas inert and leaves numbers alone', () => {
    expect(rows('formulas.csv')).toEqual([
      'cell',
      "'=1+1",
      "'+cmd|' /C calc'!A0",
      "'-2+3",
      "'@SUM(1)",
      "'\t=1",
      `"'\r=1"`,
      "'＝1+1",
      '-5',
      '+5',
      '"-1,234.50"',
      '-3e-7',
      '+12.5%',
      'a=b',
      "'-",
      '-7',
      '1180591620717411303424',
      '-1.10',
      '2024-01-31',
      'True',
      '"{""a"": 1}"',
    ]);
    expect(rows('header.csv')).toEqual(["'=HYPERLINK(1)", '1']);
  });

  test('writes an index when it says something', () => {
    expect(rows('row-numbers.csv')).toEqual(['x', '2', '3']);
    expect(rows('labels.csv')).toEqual(['index,x', 'a,1', 'b,2', 'c,3']);
    expect(rows('named.csv')).toEqual(['key,x', '0,1', '1,2', '2,3']);
    expect(rows('forced.csv')).toEqual(['index,x', '0,1', '1,2', '2,3']);
    expect(rows('levels.csv')).toEqual(['g,h,x / min,x / max', 'u,1,1,2', 'v,1,3,3']);
    expect(rows('series.csv')).toEqual(['index,n', 'a,1', 'b,2']);
  });

  test('writes empty and ragged tables', () => {
    expect(rows('empty.csv')).toEqual(['empty']);
    expect(rows('ragged.tsv')).toEqual(['a\tb', '1\t', '\t2']);
  });
});
