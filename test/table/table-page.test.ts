import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { TableQuery } from '../../src/domain/run/table-page.ts';
import { readIntoMemory } from '../../src/table/table-open.ts';
import { createPages } from '../../src/table/table-page.ts';

const HEADER = {
  table: 1,
  index: 0,
  columns: [
    { name: 'city', type: 'text' },
    { name: 'count', type: 'integer' },
    { name: 'price', type: 'decimal', scale: 2 },
    { name: 'at', type: 'datetime', unit: 'us' },
    { name: 'span', type: 'duration', unit: 's' },
    { name: 'flag', type: 'boolean' },
    { name: 'number', type: 'number' },
  ],
};
const BLOCKS = [
  ['B10', 'b9', null, 'Köln'],
  [10, 9, null, '9223372036854775807'],
  ['10.50', '9.5', '•••', null],
  [1_700_000_000_000_000, 0, null, -1_000_000],
  [90_000, -1, null, 5],
  [true, false, null, true],
  [1.5, 'Infinity', null, -2],
  // of the next block
  ['\ud83d', '\ude00'],
  [11, 12],
  ['1', '2'],
  [null, null],
  [null, null],
  [null, null],
  ['NaN', 0],
];

async function* chunksOf(lines: readonly unknown[]) {
  yield gzipSync(`${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
}

const pages = createPages(await readIntoMemory(chunksOf([HEADER, ...BLOCKS]), 1e6));
const read = (query: Partial<TableQuery> = {}) => pages.page({ offset: 0, limit: 50, filters: [], ...query });
const column = (at: number, query: Partial<TableQuery> = {}) => read(query).rows.map((row) => row[at]);
const sorted = (at: number, isDescending = false) => column(at, { sort: { column: at, isDescending } });

describe('pages of a kept table', () => {
  it('have its values, exact, across blocks', () => {
    expect(read().count).toBe(6);
    expect(read().rows.slice(0, 4)).toEqual([
      ['B10', 10, '10.50', '2023-11-14 22:13:20', '1 days 01:00:00', true, 1.5],
      ['b9', 9, '9.5', '1970-01-01 00:00:00', '-1 days +23:59:59', false, 'Infinity'],
      [null, null, '•••', null, null, null, null],
      ['Köln', '9223372036854775807', null, '1969-12-31 23:59:59', '0 days 00:00:05', true, -2],
    ]);
    expect(column(0, { offset: 4 })).toEqual(['\ufffd', '\ufffd']);
    expect(read({ offset: 5, limit: 10 }).rows).toHaveLength(1);
    expect(read({ offset: 99 })).toEqual({ count: 6, rows: [] });
  });

  it('are sorted by value, as people sort text, with missing and masked values last', () => {
    expect(sorted(0).filter((text) => text !== '\ufffd')).toEqual(['b9', 'B10', 'Köln', null]);
    expect(sorted(1)).toEqual([9, 10, 11, 12, '9223372036854775807', null]);
    expect(sorted(1, true)).toEqual(['9223372036854775807', 12, 11, 10, 9, null]);
    expect(sorted(2)).toEqual(['1', '2', '9.5', '10.50', '•••', null]);
    expect(sorted(3).slice(0, 3)).toEqual(['1969-12-31 23:59:59', '1970-01-01 00:00:00', '2023-11-14 22:13:20']);
    expect(sorted(4).slice(0, 3)).toEqual(['-1 days +23:59:59', '0 days 00:00:05', '1 days 01:00:00']);
    expect(sorted(5)).toEqual([false, true, true, null, null, null]);
    expect(sorted(6)).toEqual([-2, 0, 1.5, 'Infinity', null, 'NaN']);
  });

  it('are filtered by parts of the text and by comparisons, in the order that is wanted', () => {
    const fits = (at: number, text: string, query: Partial<TableQuery> = {}) =>
      column(at, { filters: [{ column: at, text }], ...query });
    expect(fits(0, 'b')).toEqual(['B10', 'b9']);
    expect(fits(1, '> 9')).toEqual([10, '9223372036854775807', 11, 12]);
    expect(fits(1, '> 9', { sort: { column: 1, isDescending: true }, offset: 1, limit: 2 })).toEqual([12, 11]);
    expect(fits(3, '1970')).toEqual(['1970-01-01 00:00:00']);
    expect(
      read({
        filters: [
          { column: 0, text: 'b' },
          { column: 5, text: 'true' },
        ],
      }),
    ).toMatchObject({ count: 1 });
  });

  it('have texts that the kernel wrote as one', async () => {
    const header = { table: 1, index: 0, columns: [{ name: 'city', type: 'text' }] };
    const table = await readIntoMemory(chunksOf([header, 'text:a\x7f\x7ftext:b', 'text:']), 1e6);
    const { rows } = createPages(table).page({ offset: 0, limit: 9, filters: [] });
    expect(rows).toEqual([['a'], [''], ['text:b'], ['']]);
    const many = readIntoMemory(chunksOf([header, `text:${'\x7f'.repeat(200_000)}`]), 1e9);
    await expect(many).rejects.toThrow('a block has too many rows');
  });

  it('shorten long cells', async () => {
    const header = { table: 1, index: 0, columns: [{ name: 'long', type: 'text' }] };
    const table = await readIntoMemory(chunksOf([header, ['x'.repeat(50_000)]]), 1e6);
    expect(String(createPages(table).page({ offset: 0, limit: 1, filters: [] }).rows[0]?.[0])).toMatch(/^x{2000}…$/);
  });

  it('are refused for columns that there are not, and for a table that is too large', async () => {
    expect(() => read({ sort: { column: 7, isDescending: false } })).toThrow('columns 0 to 6, and no column 7');
    await expect(readIntoMemory(chunksOf([HEADER, ...BLOCKS]), 100)).rejects.toThrow(/too large/);
  });

  it('sort very many different texts by their letters', async () => {
    const header = { table: 1, index: 0, columns: [{ name: 'id', type: 'text' }] };
    const ids = Array.from({ length: 60_000 }, (_none, at) => `${at % 2 === 0 ? 'A' : 'a'}${(at * 7919) % 60_000}`);
    const table = createPages(await readIntoMemory(chunksOf([header, ids]), 1e8));
    const { rows } = table.page({ offset: 0, limit: 200, sort: { column: 0, isDescending: false }, filters: [] });
    const texts = rows.map(([text]) => String(text).toLowerCase());
    expect(texts).toEqual(texts.toSorted());
    expect(texts[0]).toBe('a0');
  });
});
