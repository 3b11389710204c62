/** Columns of numbers that a kernel wrote as an array of bytes. */
import { isWhole, type Column, type Value } from './table-column.ts';
import { TableError } from './table-error.ts';

const ARRAYS = {
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

/** What numpy and pandas have for a time that is missing. */
const NOT_A_TIME = -(2n ** 63n);
/** Digits that a number of single precision may need. */
const LEAST_DIGITS = 6;
const MOST_DIGITS = 9;

/** `text`: `<array type>:<base64>`, little-endian as all machines that run Node. Throws `TableError`. */
export function readArray(text: string, column: Pick<Column, 'type'>): readonly Value[] {
  const colon = text.indexOf(':');
  const type = text.slice(0, colon) as keyof typeof ARRAYS;
  if (!Object.hasOwn(ARRAYS, type)) throw new TableError('a line is no list of values');
  const bytes = Buffer.from(text.slice(colon + 1), 'base64');
  if (isWhole(column.type) && type.startsWith('float')) throw new TableError('a column has numbers of another type');
  const { BYTES_PER_ELEMENT: width } = ARRAYS[type];
  // a copy, which begins where elements may begin
  const buffer = Uint8Array.from(bytes).buffer;
  const array = new ARRAYS[type](buffer, 0, Math.floor(bytes.byteLength / width));
  if (array instanceof BigInt64Array) return Array.from(array, (value) => exact(value));
  if (array instanceof Float32Array) return Array.from(array, (value) => known(single(value)));
  if (array instanceof Float64Array) return Array.from(array, known);
  return column.type === 'boolean' ? Array.from(array, (value) => value !== 0) : Array.from(array);
}

function exact(value: bigint): Value {
  if (value === NOT_A_TIME) return null;
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}

/** NaN stands for a missing number where the kernel writes arrays. */
function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

/** The shortest number that has this single precision. */
function single(value: number): number {
  for (let digits = LEAST_DIGITS; digits < MOST_DIGITS; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}
