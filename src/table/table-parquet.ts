/** Tables as Parquet, one group of rows after the other. */
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { Column, Value } from './table-column.ts';
import type { Header, OpenTable } from './table-read.ts';
import { uniqueNames } from './table-row.ts';
import { splitTime } from './table-time.ts';

type Schema = ConstructorParameters<typeof ParquetWriter>[0]['schema'];
type Element = Schema[number];

/** Groups are at least so large; smaller ones make files longer and slower. */
const GROUP_CELLS = 400_000;
const NANOSECONDS = { D: 0n, s: 1_000_000_000n, ms: 1_000_000n, us: 1000n, ns: 1n } as const;

/** Values that are not of their column's type, such as masks, are missing. */
export async function* writeParquet({ header, blocks }: OpenTable): AsyncGenerator<Uint8Array> {
  const names = uniqueNames(header.columns);
  const columns = header.columns.map((column, at) => ({
    column,
    name: names[at]!,
    element: elementOf(column, names[at]!),
  }));
  const bytes = new ByteWriter();
  const taken = () => {
    const out = bytes.getBytes().slice();
    bytes.index = 0;
    return out;
  };
  const writer = new ParquetWriter({
    writer: bytes,
    schema: [{ name: 'root', num_children: columns.length }, ...columns.map(({ element }) => element)],
    kvMetadata: [{ key: 'pandas', value: pandasMetadata(header, names) }],
    createdBy: 'script-runner',
  });
  for await (const group of groups(blocks, columns.length)) {
    const columnData = columns.map(({ column, name }, at) => ({
      name,
      data: group[at]!.map((value) => physical(value, column)),
    }));
    await writer.write({ columnData, rowGroupSize: Math.max(1, group[0]?.length ?? 1) });
    yield taken();
  }
  await writer.finish();
  yield taken();
}

/** Joins small blocks. */
async function* groups(blocks: AsyncIterable<readonly (readonly Value[])[]>, width: number) {
  let group: Value[][] = [];
  for await (const block of blocks) {
    if (group.length === 0) group = block.map((column) => [...column]);
    else for (const [at, column] of block.entries()) for (const value of column) group[at]!.push(value);
    if ((group[0]?.length ?? 0) * width < GROUP_CELLS) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

function elementOf({ type, unit, zone, scale, isSingle, isUnsigned }: Column, name: string): Element {
  const base = { name, repetition_type: 'OPTIONAL' } as const;
  switch (type) {
    case 'integer':
      return isUnsigned ? { ...base, type: 'INT64', converted_type: 'UINT_64' } : { ...base, type: 'INT64' };
    case 'duration':
      return { ...base, type: 'INT64' };
    case 'number':
      return { ...base, type: isSingle ? 'FLOAT' : 'DOUBLE' };
    case 'boolean':
      return { ...base, type: 'BOOLEAN' };
    case 'date':
      return { ...base, type: 'INT32', converted_type: 'DATE', logical_type: { type: 'DATE' } };
    case 'datetime': {
      const logical = {
        type: 'TIMESTAMP',
        isAdjustedToUTC: zone !== undefined,
        unit: unit === 'ns' ? 'NANOS' : 'MICROS',
      };
      return { ...base, type: 'INT64', logical_type: logical as NonNullable<Element['logical_type']> };
    }
    case 'decimal':
      return {
        ...base,
        type: 'FIXED_LEN_BYTE_ARRAY',
        type_length: 16,
        converted_type: 'DECIMAL',
        scale,
        precision: 38,
        logical_type: { type: 'DECIMAL', scale, precision: 38 },
      };
    case 'text':
    case 'json':
      return { ...base, type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } };
  }
}

function physical(value: Value, column: Column): unknown {
  if (value === null) return null;
  switch (column.type) {
    case 'text':
    case 'json':
      return String(value);
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'number':
      return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : null;
    case 'integer':
      return wholeOf(value, column.isUnsigned);
    case 'date': {
      const time = isCount(value) ? splitTime(value, column.unit) : undefined;
      return time === undefined ? null : Math.floor(time.ms / 86_400_000);
    }
    case 'datetime':
      return isCount(value)
        ? inRange((BigInt(value) * NANOSECONDS[column.unit]) / (column.unit === 'ns' ? 1n : 1000n))
        : null;
    case 'duration':
      return isCount(value) ? inRange((BigInt(value) * NANOSECONDS[column.unit]) / 1000n) : null;
    case 'decimal':
      return unscaled(String(value), column.scale);
  }
}

function isCount(value: Value): value is number | bigint {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value));
}

function wholeOf(value: Value, isUnsigned: boolean): bigint | null {
  if (!isCount(value)) return null;
  const whole = BigInt(value);
  if (isUnsigned) return BigInt.asUintN(64, whole) === whole ? whole : null;
  return inRange(whole);
}

function inRange(value: bigint): bigint | null {
  return BigInt.asIntN(64, value) === value ? value : null;
}

function unscaled(text: string, scale: number): bigint | null {
  const [, sign, whole, digits = ''] = /^(-?)(\d{1,60})(?:\.(\d{1,60}))?$/.exec(text) ?? [];
  if (whole === undefined || digits.length > scale) return null;
  const value = BigInt(sign + whole + digits.padEnd(scale, '0'));
  return value > -(10n ** 38n) && value < 10n ** 38n ? value : null;
}

/** By which pandas restores an index. */
function pandasMetadata({ columns, index }: Header, names: readonly string[]): string {
  const indexes = index === 0 ? [{ kind: 'range', name: null, start: 0, stop: 0, step: 1 }] : names.slice(0, index);
  return JSON.stringify({
    index_columns: index === 0 ? [] : indexes,
    column_indexes: [],
    columns: columns
      .map((_column, at) => ({
        name: names[at],
        field_name: names[at],
        pandas_type: 'unicode',
        numpy_type: 'object',
        metadata: null,
      }))
      .filter((_column, at) => at < index),
    pandas_version: '2.0.0',
  });
}
