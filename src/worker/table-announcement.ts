/** What a kernel says of a table that it has written; untrusted. */
import { isJsonObject, type Json, type JsonObject } from '../domain/text/json.ts';
import { COLUMN_TYPES, TABLE_COLUMNS, TABLE_CUTS, type RunTable } from '../domain/run/table.ts';

/** `s`: of a table that a snapshot has shown. */
const KEY = /^[st][1-9]\d{0,5}$/;
const NAME_CHARS = 200;
const PROBLEM_CHARS = 300;

export interface TableAnnouncement {
  readonly kind: 'table';
  readonly key: string;
  /** Of the variable, or a caption; may be empty. */
  readonly name: string;
  /** In the output folder. */
  readonly file: string;
  readonly content: Pick<RunTable, 'columns' | 'index' | 'rows' | 'total' | 'cut'> | undefined;
  /** Why it was not written. */
  readonly problem: string;
}

/** Undefined if it has another shape. */
export function readTableAnnouncement(said: JsonObject): TableAnnouncement | undefined {
  const { key, name, file, problem } = said;
  if (!isTableKey(key)) return undefined;
  const content = readContent(said);
  return {
    kind: 'table',
    key,
    name: typeof name === 'string' ? name.slice(0, NAME_CHARS) : '',
    file: typeof file === 'string' ? file : '',
    content,
    problem: typeof problem === 'string' ? problem.slice(0, PROBLEM_CHARS) : '',
  };
}

export function isTableKey(key: Json | undefined): key is string {
  return typeof key === 'string' && KEY.test(key);
}

function readContent({ columns, index, rows, total, cut }: JsonObject): TableAnnouncement['content'] {
  if (!Array.isArray(columns) || columns.length > TABLE_COLUMNS * 2 || !Array.isArray(total)) return undefined;
  const [allRows, allColumns] = total;
  if (!isCount(index) || !isCount(rows) || !isCount(allRows) || !isCount(allColumns)) return undefined;
  return {
    columns: columns.filter(isJsonObject).map(({ name, type }) => ({
      name: typeof name === 'string' ? name.slice(0, NAME_CHARS) : '',
      type: COLUMN_TYPES.find((known) => known === type) ?? 'text',
    })),
    index: Math.min(index, columns.length),
    rows,
    total: { rows: Math.max(rows, allRows), columns: allColumns },
    cut: TABLE_CUTS.filter((bound) => Array.isArray(cut) && cut.includes(bound)),
  };
}

function isCount(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
