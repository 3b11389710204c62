import { gzipSync } from 'node:zlib';
import { parquetReadObjects } from 'hyparquet';
import { expect, it } from 'vitest';
import type { TableFormat } from '../../src/domain/run/table.ts';
import { convertTable } from '../../src/table/table-convert.ts';
import { TableError } from '../../src/table/table-error.ts';

async function* chunksOf(bytes: Uint8Array, size = 7) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** `lines`: of the table, as text or as values of JSON. */
async function convert(lines: readonly unknown[], format: TableFormat, end = '\n'): Promise<Buffer> {
  const text = lines.map((line) => (typeof line === 'object' ? JSON.stringify(line) : String(line))).join('\n') + end;
  return Buffer.concat(await Array.fromAsync(convertTable(chunksOf(gzipSync(text)), format, 'name')));
}

const arrayOf = (type: string, array: Int8Array | BigInt64Array | Float32Array | Float64Array) =>
  JSON.stringify(`${type}:${Buffer.from(array.buffer).toString('base64')}`);

const NOT_A_TIME = -(2n ** 63n);
const NASTY = [
  {
    table: 1,
    index: 1,
    columns: [
      { name: 'label', type: 'text' },
      { name: '=cmd|x', type: 'text' },
      { name: 'whole', type: 'integer' },
      { name: 'large', type: 'integer' },
      { name: 'number', type: 'number' },
      { name: 'single', type: 'number', bits: 32 },
      { name: 'flag', type: 'boolean' },
      { name: 'price', type: 'decimal', scale: 2 },
      { name: 'day', type: 'date', unit: 'D' },
      { name: 'at', type: 'datetime', unit: 'ns' },
      { name: 'zoned', type: 'datetime', unit: 'us', zone: 'Europe/Berlin' },
      { name: 'span', type: 'duration', unit: 'us' },
      { name: 'list', type: 'json' },
      { name: 'list', type: 'text' },
    ],
  },
  ['ä', 'b,"c"\nd', null],
  ['=1+1', '-5', null],
  [1, -2, null],
  ['9223372036854775807', 3, null],
  arrayOf('float64', new Float64Array([1.5, -Infinity, NaN])),
  arrayOf('float32', new Float32Array([0.1, 3e38, NaN])),
  arrayOf('int8', new Int8Array([1, 0, 1])),
  ['1.10', '100000', null],
  [19753, -719162, null],
  arrayOf('int64', new BigInt64Array([1706695200123456789n, -1n, NOT_A_TIME])),
  [1706691600000000, 1719784800000000, null],
  [93784000000, -1000000, null],
  ['[1, 2]', '{"a": "b"}', null],
  ['', '+x', 'NULL'],
];

it('writes CSV without formulas, with exact numbers and times', async () => {
  expect(String(await convert(NASTY, 'csv')).split('\r\n')).toEqual([
    "\ufefflabel,'=cmd|x,whole,large,number,single,flag,price,day,at,zoned,span,list,list",
    'ä,\'=1+1,1,9223372036854775807,1.5,0.1,True,1.10,2024-01-31,2024-01-31 10:00:00.123456789,2024-01-31 10:00:00+01:00,1 days 02:03:04,"[1, 2]",',
    '"b,""c""\nd",-5,-2,3,-inf,3e+38,False,100000,0001-01-01,1969-12-31 23:59:59.999999999,2024-07-01 00:00:00+02:00,-1 days +23:59:59,"{""a"": ""b""}",\'+x',
    ',,,,,,True,,,,,,,NULL',
    '',
  ]);
});

it('writes JSON with the types that JSON has, and unique names', async () => {
  const [first, second, third] = JSON.parse(String(await convert(NASTY, 'json'))) as Record<string, unknown>[];
  expect(first).toEqual({
    label: 'ä',
    '=cmd|x': '=1+1',
    whole: 1,
    large: '9223372036854775807',
    number: 1.5,
    single: 0.1,
    flag: true,
    price: '1.10',
    day: '2024-01-31',
    at: '2024-01-31T10:00:00.123456789',
    zoned: '2024-01-31T10:00:00+01:00',
    span: '1 days 02:03:04',
    list: [1, 2],
    'list (2)': '',
  });
  expect(second).toMatchObject({ number: '-Infinity', list: { a: 'b' } });
  expect(third).toMatchObject({ label: null, at: null, 'list (2)': 'NULL' });
});

it('writes Parquet that another library reads', async () => {
  const file = await convert(NASTY, 'parquet');
  const rows = await parquetReadObjects({ file: Uint8Array.from(file).buffer });
  expect(rows).toHaveLength(3);
  expect(rows[0]).toMatchObject({
    label: 'ä',
    whole: 1n,
    large: 9223372036854775807n,
    number: 1.5,
    flag: true,
    price: 1.1,
    day: new Date('2024-01-31'),
    zoned: new Date('2024-01-31T09:00:00Z'),
    span: 93784000000n,
  });
  expect(rows[2]).toMatchObject({ whole: null, number: null, at: null, flag: true });
});

it('writes a workbook in which text that looks like a formula is text', async () => {
  const { readXlsx } = await import('hucre/xlsx');
  const { sheets } = await readXlsx(Uint8Array.from(await convert(NASTY, 'xlsx')));
  const [header, first, second] = sheets[0]!.rows;
  expect(header?.slice(0, 3)).toEqual(['label', '=cmd|x', 'whole']);
  expect(first?.slice(0, 8)).toEqual(['ä', '=1+1', 1, '9223372036854775807', 1.5, 0.1, true, 1.1]);
  expect(second?.slice(7, 9)).toEqual([100_000, '0001-01-01']);
});

it('shows a number that was masked as a mask', async () => {
  const lines = [{ table: 1, index: 0, columns: [{ name: 'a', type: 'integer' }] }, '[1,•••,3]', '[4,-•••.5]'];
  expect(String(await convert(lines, 'csv'))).toBe('\ufeffa\r\n1\r\n•••\r\n3\r\n4\r\n•••\r\n');
});

it('writes a table without rows, and one without columns', async () => {
  const empty = [{ table: 1, index: 0, columns: [{ name: 'a', type: 'text' }] }];
  expect(String(await convert(empty, 'csv'))).toBe('\ufeffa\r\n');
  expect(String(await convert(empty, 'json'))).toBe('[]\n');
  for (const format of ['xlsx', 'parquet'] as const) expect((await convert(empty, format)).length).toBeGreaterThan(20);
  const narrow = [{ table: 1, index: 0, columns: [] }];
  for (const format of ['csv', 'json', 'xlsx', 'parquet'] as const) await convert(narrow, format);
});

const HEADER = { table: 1, index: 0, columns: [{ name: 'a', type: 'integer' }, { name: 'b' }] };
const BAD: Record<string, readonly unknown[]> = {
  'no header': ['[1]'],
  'a header of another form': [{ table: 2, columns: [] }],
  'text that is no JSON': [HEADER, '[1'],
  'an unknown array': [HEADER, '"float128:AAAA"', '[1]'],
  'a line that is no list': [HEADER, '{"a":1}', '[1]'],
  'columns of different lengths': [HEADER, '[1,2]', '[1]'],
  'an incomplete block': [HEADER, '[1,2]'],
  'too many rows in a block': [HEADER, `[${'1,'.repeat(200_001)}1]`, '[]'],
  'values that take too much memory': [HEADER, `[${'[],'.repeat(4_000_000)}1]`, '[]'],
};

it.each(Object.entries(BAD))('refuses %s', async (_what, lines) => {
  await expect(convert(lines, 'csv')).rejects.toThrow(TableError);
});

it('refuses what expands to an endless line, and what is not compressed', async () => {
  const bomb = gzipSync(Buffer.alloc(40_000_000, 0x20));
  await expect(Array.fromAsync(convertTable(chunksOf(bomb, 10_000), 'csv', 'x'))).rejects.toThrow(TableError);
  await expect(Array.fromAsync(convertTable(chunksOf(Buffer.from('PAR1')), 'csv', 'x'))).rejects.toThrow();
});

it('survives values that are not of the type of their column', async () => {
  const columns = ['integer', 'number', 'boolean', 'decimal', 'date', 'datetime', 'duration', 'json', 'text', 'other'];
  const header = {
    table: 1,
    index: 99,
    columns: columns.map((type) => ({ name: type, type, unit: 'x', zone: 'No/Where' })),
  };
  const values = [1e308, '9'.repeat(30), 'x', { a: [] }, -0.5, true, null, '\ud800'];
  for (const format of ['csv', 'json', 'xlsx', 'parquet'] as const)
    expect((await convert([header, ...columns.map(() => values)], format)).length).toBeGreaterThan(100);
});
