/** Choices from CSV files beside scripts: bounded, kept while the file is unchanged. */
import { setImmediate as turn } from 'node:timers/promises';
import { chunksOf, openPlainFileIn } from '../disk/plain-file.ts';
import { type Choice, choiceText } from '../domain/parameter/choice.ts';
import type { CsvRule } from '../domain/parameter/choice-rule.ts';
import { ChoiceError, type ChoiceRequest, type ChoiceSource } from '../domain/script/choice-source.ts';
import { csvRecords, delimiterOf } from '../domain/text/csv.ts';
import type { Json } from '../domain/text/json.ts';

export const CSV_LIMITS = { bytes: 10_000_000, rows: 200_000, keptBytes: 40_000_000, keptFiles: 100, textChars: 1_000 };
/** Rows that are read before other requests have their turn. */
const ROWS_AT_ONCE = 5_000;

/** The columns that a rule needs. */
interface Table {
  readonly sizeBytes: number;
  readonly choices: readonly Choice[];
  /** By column of `where`: its cell of each row. */
  readonly filters: ReadonlyMap<string, readonly string[]>;
}

/** Only for rules that name a CSV file. */
export function createCsvChoices(): ChoiceSource {
  // the least lately used first
  const kept = new Map<string, Promise<Table>>();
  const sizes = new Map<string, number>();
  const forget = (key: string) => {
    kept.delete(key);
    sizes.delete(key);
  };
  const keep = async (key: string, read: () => Promise<Table>): Promise<Table> => {
    const known = kept.get(key);
    if (known !== undefined) {
      kept.delete(key);
      kept.set(key, known);
      return known;
    }
    const reading = read();
    kept.set(key, reading);
    try {
      const table = await reading;
      sizes.set(key, table.sizeBytes);
      for (const oldest of [...kept.keys()]) {
        const bytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
        if (bytes <= CSV_LIMITS.keptBytes && kept.size <= CSV_LIMITS.keptFiles) break;
        if (oldest !== key) forget(oldest);
      }
      return table;
    } catch (error) {
      forget(key);
      throw error;
    }
  };
  return {
    async list({ content: { directory }, rule, inputs }: ChoiceRequest) {
      if (!('csv' in rule)) throw new ChoiceError('These choices are in no file.');
      const handle = await openPlainFileIn(directory, rule.csv);
      if (handle === undefined)
        throw new ChoiceError(`The choices are in “${rule.csv}”, which is no file in the script’s folder.`);
      try {
        const { ino, size, mtimeNs } = await handle.stat({ bigint: true });
        if (size > CSV_LIMITS.bytes)
          throw new ChoiceError(
            `The file “${rule.csv}” has ${megabytes(Number(size))}; choices may have ${megabytes(CSV_LIMITS.bytes)}.`,
          );
        const { csv, value, label, where = {} } = rule;
        const key = JSON.stringify([directory, csv, value, label, where, `${ino} ${size} ${mtimeNs}`]);
        const table = await keep(key, async () => readTable(await textOf(handle, csv), rule));
        return chosen(table, where, inputs);
      } finally {
        await handle.close();
      }
    },
  };
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1_000_000)} MB`;
}

/** A file that grows meanwhile is refused, too. */
async function textOf(handle: Parameters<typeof chunksOf>[0], file: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunksOf(handle)) {
    bytes += chunk.length;
    if (bytes > CSV_LIMITS.bytes)
      throw new ChoiceError(`The file “${file}” has more than ${megabytes(CSV_LIMITS.bytes)}.`);
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new ChoiceError(`The file “${file}” is not UTF-8. Save it as UTF-8.`);
  }
}

async function readTable(text: string, { csv, value, label, where = {} }: CsvRule): Promise<Table> {
  const records = csvRecords(text, delimiterOf(text), (line) => {
    throw new ChoiceError(`The file “${csv}” has a quote " that begins in line ${line} and is not closed.`);
  });
  const header = (records.next().value as string[] | undefined)?.map((name) => name.trim()) ?? [];
  const place = (column: string): number => {
    const at = header.indexOf(column);
    if (at >= 0) return at;
    const known = header.slice(0, 20).join(', ');
    throw new ChoiceError(`The file “${csv}” has no column “${column}”. Its columns are: ${known || 'none'}.`);
  };
  const valueAt = value === undefined ? 0 : place(value);
  const labelAt = label === undefined ? valueAt : place(label);
  const columns = Object.keys(where).map((column) => ({ at: place(column), cells: [] as string[], column }));
  const choices: Choice[] = [];
  const known = new Set<string>();
  for (const record of records) {
    const own = (record[valueAt] ?? '').trim();
    if (own === '' || (columns.length === 0 && known.has(own))) continue;
    if (columns.length === 0) known.add(own);
    if (choices.length >= CSV_LIMITS.rows)
      throw new ChoiceError(`The file “${csv}” has more than ${CSV_LIMITS.rows.toLocaleString('en')} rows.`);
    const name = (record[labelAt] ?? '').trim().slice(0, CSV_LIMITS.textChars);
    choices.push({ value: own.slice(0, CSV_LIMITS.textChars), label: name === '' ? own : name });
    for (const { at, cells } of columns) cells.push((record[at] ?? '').trim());
    if (choices.length % ROWS_AT_ONCE === 0) await turn();
  }
  const filters = new Map(columns.map(({ column, cells }) => [column, cells]));
  return { sizeBytes: Buffer.byteLength(text), choices, filters };
}

/** Of rows with the same value the first counts. An input without a value filters nothing. */
function chosen({ choices, filters }: Table, where: Readonly<Record<string, string>>, inputs: ChoiceRequest['inputs']) {
  const tests = Object.entries(where).flatMap(([column, input]) => {
    const fits = testOf(inputs[input] ?? null);
    return fits === undefined ? [] : [{ cells: filters.get(column) ?? [], fits }];
  });
  if (filters.size === 0) return choices;
  const known = new Set<string>();
  return choices.filter(({ value }, row) => {
    if (known.has(value) || !tests.every(({ cells, fits }) => fits(cells[row] ?? ''))) return false;
    known.add(value);
    return true;
  });
}

/** Whether a cell has the value, or one of several; undefined: there is no value. */
function testOf(value: Json): ((cell: string) => boolean) | undefined {
  const values = (Array.isArray(value) ? (value as Json[]) : [value]).filter((one) => one !== null && one !== '');
  if (values.length === 0) return undefined;
  const texts = new Set(values.map((one) => choiceText(one).trim()));
  const numbers = new Set(values.filter((one) => typeof one === 'number'));
  const booleans = new Set(values.filter((one) => typeof one === 'boolean').map(String));
  return (cell) =>
    texts.has(cell) ||
    (numbers.size > 0 && cell !== '' && numbers.has(Number(cell))) ||
    (booleans.size > 0 && booleans.has(cell.toLowerCase()));
}
