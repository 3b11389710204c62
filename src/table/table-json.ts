/** Tables as JSON: a list of objects, one for each row. */
import { isTimed, uniqueNames, type TableRows } from './table-row.ts';
import type { Column, Value } from './table-column.ts';
import { durationText, timeText } from './table-time.ts';

/** Whole numbers beyond 2^53 and decimals are texts, as everywhere in the API; `NaN` and infinite numbers, too. */
export async function* writeJson({ header, blocks }: TableRows): AsyncGenerator<string> {
  const { columns } = header;
  const names = uniqueNames(columns).map((name) => JSON.stringify(name));
  let between = '[\n';
  for await (const rows of blocks) {
    if (rows.length === 0) continue;
    yield (
      between +
      rows
        .map((row) => `{${row.map((value, at) => `${names[at]!}:${cell(value, columns[at]!)}`).join(',')}}`)
        .join(',\n')
    );
    between = ',\n';
  }
  yield between === '[\n' ? '[]\n' : '\n]\n';
}

function cell(value: Value, column: Column): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return column.type === 'json' ? jsonText(value) : JSON.stringify(value);
  if (typeof value === 'boolean') return String(value);
  if (column.type === 'duration') return JSON.stringify(durationText(value, column.unit));
  if (isTimed(column)) return JSON.stringify(timeText(value, column, 'T'));
  return typeof value === 'bigint' || !Number.isFinite(value) ? JSON.stringify(String(value)) : String(value);
}

/** Lists and objects stay what they are; one that was shortened or masked is text. */
function jsonText(value: string): string {
  try {
    return JSON.stringify(JSON.parse(value));
  } catch {
    return JSON.stringify(value);
  }
}
