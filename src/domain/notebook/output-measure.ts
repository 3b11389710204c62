/** How much the outputs take that are saved in a notebook's file, measured from its bytes without reading them. */
import { splitList, splitObject } from './notebook-split.ts';

export interface MeasuredOutputs {
  /** As JSON, of all code cells. */
  readonly sizeBytes: number;
  /** Tables, pictures and the like; text that was printed is none. */
  readonly displays: number;
  /** The code cell with the largest outputs, from 1. */
  readonly largest: { readonly step: number; readonly sizeBytes: number };
  /** The table with the most rows, as pandas and R say below it; undefined: none says so. */
  readonly table?: { readonly step: number; readonly rows: number };
}

/** Longer outputs are not searched for the size of a table: what shows its size shows few of its rows. */
const TABLE_BYTES = 1_000_000;
const ROWS = /\b(\d{1,12}) rows (?:x|×|\\u00d7) \d+ columns/;

/** Undefined if this is no notebook, or nothing is saved in it. Takes time linear in the bytes. */
export function measureOutputs(bytes: Uint8Array): MeasuredOutputs | undefined {
  let [sizeBytes, displays, step] = [0, 0, 0];
  let largest = { step: 0, sizeBytes: 0 };
  let table: MeasuredOutputs['table'];
  for (const cell of splitList(bytes, 'cells')?.items ?? []) {
    if (memberText(cell, 'cell_type') !== '"code"') continue;
    step += 1;
    const outputs = splitList(cell, 'outputs')?.items ?? [];
    const size = outputs.reduce((sum, { length }) => sum + length, 0);
    sizeBytes += size;
    if (size > largest.sizeBytes) largest = { step, sizeBytes: size };
    const shown = outputs.filter((output) => memberText(output, 'output_type') !== '"stream"');
    displays += shown.length;
    for (const rows of shown.flatMap(rowsOf)) if (rows > (table?.rows ?? 0)) table = { step, rows };
  }
  return sizeBytes === 0 ? undefined : { sizeBytes, displays, largest, ...(table === undefined ? {} : { table }) };
}

/** The JSON of a short value. */
function memberText(bytes: Uint8Array, wanted: string): string | undefined {
  const found = splitObject(bytes, 0)?.find(({ name }) => name === wanted);
  return found && new TextDecoder().decode(bytes.subarray(found.from, Math.min(found.end, found.from + 100))).trim();
}

function rowsOf(output: Uint8Array): number[] {
  if (output.length > TABLE_BYTES) return [];
  const rows = ROWS.exec(new TextDecoder().decode(output))?.[1];
  return rows === undefined ? [] : [Number(rows)];
}
