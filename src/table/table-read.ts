/**
 * Reads a kept table block by block. A kernel wrote it, so nothing of it is trusted: everything that is read is
 * bounded, and a value of another type than its column's is text.
 *
 * The form (ADR 0017): lines of JSON. The first is the header; then, for each block of rows, one line for each column:
 * a list of values, the text `<array type>:<base64>` of a little-endian array of numbers, or `text:` and texts with the
 * character 7F between them.
 */
import { MASKED } from '../domain/mask/mask-span.ts';
import { COLUMN_TYPES } from '../domain/run/table.ts';
import { isJsonObject, type Json } from '../domain/text/json.ts';
import { jsonMemory } from '../domain/text/json-memory.ts';
import { readArray } from './table-array.ts';
import { isWhole, type Column, type Value } from './table-column.ts';
import { TableError } from './table-error.ts';
import { readLines } from './table-line.ts';

const COLUMNS = 2_000;
const BLOCK_BYTES = 64_000_000;
const BLOCK_ROWS = 200_000;
/** What the values of one block may take beside their texts. */
const BLOCK_MEMORY = 200_000_000;
const NAME_CHARS = 100_000;
const JOINED = 'text:';
const SEPARATOR = '\x7f';

export interface Header {
  readonly columns: readonly Column[];
  /** How many of the columns, the first, are the index. */
  readonly index: number;
}

/** Columns of equally many values. */
export type Block = readonly (readonly Value[])[];

export interface OpenTable {
  readonly header: Header;
  readonly blocks: AsyncGenerator<Block>;
}

/** Throws `TableError`, also while its blocks are read. */
export async function openTable(chunks: AsyncIterable<Uint8Array>): Promise<OpenTable> {
  const lines = readLines(chunks);
  const first = await lines.next();
  if (first.done === true) throw new TableError('it is empty');
  const header = readHeader(parse(first.value, BLOCK_MEMORY));
  return { header, blocks: readBlocks(lines, header.columns) };
}

async function* readBlocks(lines: AsyncGenerator<Uint8Array>, columns: readonly Column[]): AsyncGenerator<Block> {
  let block: (readonly Value[])[] = [];
  let bytes = 0;
  let memory = 0;
  for await (const line of lines) {
    const column = columns[block.length];
    if (column === undefined) throw new TableError('it has rows without columns');
    bytes += line.byteLength;
    memory += jsonMemory(line, BLOCK_MEMORY - memory);
    if (bytes > BLOCK_BYTES || memory >= BLOCK_MEMORY) throw new TableError('a block of rows is too large');
    block.push(readValues(parseLine(line), column));
    if (block.length < columns.length) continue;
    if (block.some(({ length }) => length !== block[0]?.length)) throw new TableError('its columns differ in length');
    yield block;
    block = [];
    bytes = 0;
    memory = 0;
  }
  if (block.length > 0) throw new TableError('its last block is not complete');
}

function readValues(line: Json, column: Column): readonly Value[] {
  if (typeof line === 'string' && line.startsWith(JOINED)) return readJoined(line.slice(JOINED.length));
  const values = typeof line === 'string' ? readArray(line, column) : line;
  if (!Array.isArray(values)) throw new TableError('a line is no list of values');
  if (values.length > BLOCK_ROWS) throw new TableError('a block has too many rows');
  if (typeof line === 'string') return values as readonly Value[];
  return (values as readonly Json[]).map((value) => readValue(value, column));
}

/** Bounded before the texts are made: each takes memory of its own. */
function readJoined(text: string): readonly Value[] {
  let rows = 1;
  for (let at = text.indexOf(SEPARATOR); at !== -1; at = text.indexOf(SEPARATOR, at + 1)) {
    rows += 1;
    if (rows > BLOCK_ROWS) throw new TableError('a block has too many rows');
  }
  return text.split(SEPARATOR);
}

function readValue(value: Json, { type }: Column): Value {
  if (value === null) return null;
  if (typeof value === 'boolean') return type === 'boolean' ? value : String(value);
  if (typeof value === 'number') return isWhole(type) && !Number.isSafeInteger(value) ? String(value) : value;
  if (typeof value !== 'string') return JSON.stringify(value);
  if (type === 'text' || type === 'json' || type === 'decimal') return value;
  if (/^-?\d{1,30}$/.test(value)) return BigInt(value);
  if (type === 'number' && NUMBERS.has(value)) return Number(value);
  return value;
}

const NUMBERS: ReadonlySet<string> = new Set(['NaN', 'Infinity', '-Infinity']);

function parseLine(line: Uint8Array): Json {
  try {
    return JSON.parse(Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString()) as Json;
  } catch (error) {
    const text = Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString();
    // a masked number is no JSON until it is a text
    if (text.includes(MASKED)) return JSON.parse(quoteMasked(text)) as Json;
    throw new TableError('a line is not JSON', { cause: error });
  }
}

/** In a list of numbers, those that have a mask in them become masks. */
function quoteMasked(text: string): string {
  const parts = text
    .trim()
    .replace(/^\[|\]$/g, '')
    .split(',');
  return `[${parts.map((part) => (part.includes(MASKED) ? JSON.stringify(MASKED) : part)).join(',')}]`;
}

function parse(line: Uint8Array, limit: number): Json {
  if (jsonMemory(line, limit) >= limit) throw new TableError('its header is too large');
  return parseLine(line);
}

function readHeader(header: Json): Header {
  if (!isJsonObject(header) || header['table'] !== 1 || !Array.isArray(header['columns']))
    throw new TableError('it has no header');
  const columns = (header['columns'] as readonly Json[]).slice(0, COLUMNS).map(readColumn);
  const index = header['index'];
  return { columns, index: typeof index === 'number' && index > 0 ? Math.min(Math.trunc(index), columns.length) : 0 };
}

function readColumn(said: Json): Column {
  const { name, type, unit, zone, scale, bits, unsigned } = isJsonObject(said) ? said : {};
  return {
    name: typeof name === 'string' ? name.slice(0, NAME_CHARS) : '',
    type: COLUMN_TYPES.find((known) => known === type) ?? 'text',
    unit: (['D', 's', 'ms', 'us', 'ns'] as const).find((known) => known === unit) ?? 'us',
    ...(typeof zone === 'string' ? { zone: zone.slice(0, 100) } : {}),
    scale: typeof scale === 'number' && scale >= 0 && scale <= 37 ? Math.trunc(scale) : 0,
    isUnsigned: unsigned === true,
    isSingle: bits === 32,
  };
}
