import { describe, expect, it } from 'vitest';
import { findDifferences } from '../../../src/domain/script/case-difference.ts';
import { readCases } from '../../../src/domain/script/script-case.ts';
import type { JsonObject } from '../../../src/domain/text/json.ts';

const rule = { tolerance: 1e-9, ignore: ['seconds'] };
const results = (kept: JsonObject, now: JsonObject) =>
  findDifferences({ results: kept, tables: {} }, { results: now, tables: {} }, rule);
const tables = (kept: string, now: string) =>
  findDifferences({ results: {}, tables: { t: kept } }, { results: {}, tables: { t: now } }, rule);

describe('results', () => {
  it.each([
    [{ a: 1 }, { a: 1 + 1e-12 }],
    [{ a: [1, { b: 'x' }] }, { a: [1, { b: 'x' }] }],
    [
      { a: 1, seconds: 3 },
      { a: 1, seconds: 4 },
    ],
  ])('%j equals %j', (kept, now) => {
    expect(results(kept, now)).toEqual([]);
  });

  it.each([
    [{ a: 1 }, { a: 2 }, 'result a: 1 was kept, now 2'],
    [{ a: 1 }, { a: 1.00001 }, 'result a: 1 was kept, now 1.00001'],
    [{ a: 1 }, {}, 'result a: 1 was kept, and there is none now'],
    [{}, { a: 'x' }, 'result a: was not kept, and is “x” now'],
    [{ a: [1] }, { a: [1, 2] }, 'result a: [1] was kept, now [1,2]'],
    [{ a: null }, { a: 'null' }, 'result a: null was kept, now “null”'],
  ])('%j and %j', (kept, now, text) => {
    expect(results(kept as JsonObject, now as JsonObject)).toEqual([text]);
  });
});

describe('tables', () => {
  it('are equal within the tolerance', () => {
    expect(tables('a,b\n1,x\n0.30000000000000004,\n', 'a,b\n1,x\n0.3,\n')).toEqual([]);
  });

  it('name the row and the column', () => {
    expect(tables('a,b\n1,x\n2,y\n', 'a,b\n1,x\n3,\n')).toEqual([
      'table t, row 2, column a: “2” was kept, now “3”',
      'table t, row 2, column b: “y” was kept, now nothing',
    ]);
  });

  it('say when rows or columns have come or gone', () => {
    expect(tables('a\n1\n2\n', 'a\n1\n')).toEqual(['table t: 2 rows kept, now 1 row']);
    expect(tables('a,b\n1,2\n', 'a,c\n1,2\n')).toEqual(['table t: the columns a, b were kept, now a, c']);
    expect(findDifferences({ results: {}, tables: { t: 'a\n' } }, { results: {}, tables: { u: 'a\n' } }, rule)).toEqual(
      ['table t: was kept, and is not shown now', 'table u: was not kept, and is shown now'],
    );
  });

  it('have at most ten sentences for their cells', () => {
    const column = (value: string) => `a\n${`${value}\n`.repeat(50)}`;
    const found = tables(column('x'), column('y'));
    expect([found.length, found.at(-1)]).toEqual([11, 'table t: 40 more cells differ']);
  });
});

describe('the file of cases', () => {
  it('is read', () => {
    expect(readCases({ a: { parameters: { n: 1 }, tolerance: 0 }, b: null }, 'x.cases.yaml')).toMatchObject([
      { name: 'a', parameters: { n: 1 }, outcome: 'succeeded', tolerance: 0 },
      { name: 'b', parameters: {}, ignore: [] },
    ]);
  });

  it.each([
    [[], 'names no cases'],
    [{ '../a': {} }, 'cannot be the name of a folder'],
    [{ '.': {} }, 'cannot be the name of a folder'],
    [{ 'a.': {} }, 'cannot be the name of a folder'],
    [{ a: { parameter: {} } }, 'There is no “parameter” in a case'],
    [{ a: { outcome: 'ok' } }, '“ok” is no outcome'],
    [{ a: { tolerance: -1 } }, '“tolerance” is no part of a number'],
    [{ a: { secrets: { x: 1 } } }, '“secrets” is no mapping of texts'],
    [{ a: 3 }, 'The case is no mapping'],
  ])('%j is refused', (value, text) => {
    expect(() => readCases(value, 'x.cases.yaml')).toThrow(text);
  });
});
