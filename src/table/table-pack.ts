/** The values of a whole column, close together: a million of them take a few bytes each, and any can be read. */
import type { Value } from './table-column.ts';

export interface PackedColumn {
  readonly length: number;
  /** Of memory. */
  readonly bytes: number;
  at(row: number): Value;
}

export interface ColumnPacker {
  /** Bytes that the values take so far. */
  readonly bytes: number;
  add(values: readonly Value[]): void;
  /** Can be called once. */
  finish(): PackedColumn;
}

/** What there is in a value's place: nothing, or one of these. */
const [MISSING, NUMBER, TRUE, FALSE, WHOLE, TEXT] = [0, 1, 2, 3, 4, 5];
const POSITION_BYTES = 4;
const NUMBER_BYTES = 8;
/** Of a part, beside its values. */
const PART_BYTES = 500;

interface Part {
  readonly kinds: Uint8Array;
  /** Numbers and whole numbers; empty if the part has none. */
  readonly numbers: Float64Array;
  readonly wholes: BigInt64Array;
  /** Texts, one after the other; the end of each. */
  readonly texts: Uint8Array;
  readonly ends: Uint32Array;
}

export function packColumn(): ColumnPacker {
  const parts: Part[] = [];
  let bytes = 0;
  return {
    get bytes() {
      return bytes;
    },
    add(values) {
      const part = packPart(values);
      parts.push(part);
      bytes += PART_BYTES + sizeOf(part);
    },
    finish: () => readerOf(joined(parts), bytes),
  };
}

/** Loops: this is called for each value of tables with millions of them. */
function packPart(values: readonly Value[]): Part {
  const { length } = values;
  const kinds = new Uint8Array(length);
  for (let at = 0; at < length; at += 1) kinds[at] = kindOf(values[at]!);
  const numbers = kinds.includes(NUMBER) ? new Float64Array(length) : NO_NUMBERS;
  const wholes = kinds.includes(WHOLE) ? new BigInt64Array(length) : NO_WHOLES;
  const hasTexts = kinds.includes(TEXT);
  const texts: string[] = [];
  const ends = new Uint32Array(hasTexts ? length : 0);
  let end = 0;
  for (let at = 0; at < length; at += 1) {
    const value = values[at]!;
    if (kinds[at] === NUMBER) numbers[at] = value as number;
    else if (kinds[at] === WHOLE) wholes[at] = value as bigint;
    else if (kinds[at] === TEXT) {
      // halves of a character at the end of one text and the start of the next would become one
      const text = String(value).toWellFormed();
      texts.push(text);
      end += Buffer.byteLength(text);
    }
    if (hasTexts) ends[at] = end;
  }
  return { kinds, numbers, wholes, texts: Buffer.from(texts.join('')), ends };
}

const NO_NUMBERS = new Float64Array();
const NO_WHOLES = new BigInt64Array();

function kindOf(value: Value): number {
  if (value === null) return MISSING;
  switch (typeof value) {
    case 'number':
      return NUMBER;
    case 'boolean':
      return value ? TRUE : FALSE;
    case 'bigint':
      return BigInt.asIntN(64, value) === value ? WHOLE : TEXT;
    default:
      return TEXT;
  }
}

function sizeOf({ kinds, numbers, wholes, texts, ends }: Part): number {
  return (
    kinds.byteLength + (numbers.length + wholes.length) * NUMBER_BYTES + texts.byteLength + ends.length * POSITION_BYTES
  );
}

/** One part with all values. Takes the parts away, so that their memory is free while the next column is joined. */
function joined(parts: Part[]): Part {
  const [first, ...rest] = parts;
  if (first !== undefined && rest.length === 0) return first;
  const all = parts.splice(0);
  const length = all.reduce((sum, { kinds }) => sum + kinds.length, 0);
  const has = (key: 'numbers' | 'wholes' | 'ends') => (all.some((part) => part[key].length > 0) ? length : 0);
  const part: Part = {
    kinds: new Uint8Array(length),
    numbers: new Float64Array(has('numbers')),
    wholes: new BigInt64Array(has('wholes')),
    texts: Buffer.concat(all.map(({ texts }) => texts)),
    ends: new Uint32Array(has('ends')),
  };
  let [at, start] = [0, 0];
  for (const { kinds, numbers, wholes, texts, ends } of all) {
    part.kinds.set(kinds, at);
    if (numbers.length > 0) part.numbers.set(numbers, at);
    if (wholes.length > 0) part.wholes.set(wholes, at);
    const from = start;
    if (ends.length > 0)
      part.ends.set(
        ends.map((end) => from + end),
        at,
      );
    else part.ends.fill(from, at, at + kinds.length);
    at += kinds.length;
    start += texts.length;
  }
  return part;
}

function readerOf({ kinds, numbers, wholes, texts, ends }: Part, bytes: number): PackedColumn {
  const utf8 = Buffer.from(texts.buffer, texts.byteOffset, texts.byteLength);
  return {
    length: kinds.length,
    bytes,
    at(row) {
      switch (kinds[row]) {
        case NUMBER:
          return numbers[row]!;
        case TEXT:
          return utf8.toString('utf8', row === 0 ? 0 : ends[row - 1], ends[row]);
        case WHOLE:
          return wholes[row]!;
        case TRUE:
          return true;
        case FALSE:
          return false;
        default:
          return null;
      }
    },
  };
}
