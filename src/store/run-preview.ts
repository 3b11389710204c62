/** Runs in lists: values, results and downloads shortened, so that no list carries megabytes. */
import { sql, type ExpressionBuilder } from 'kysely';
import { Allow, parse } from 'partial-json';
import type { Run } from '../domain/run/run.ts';
import { readRow, type RetainTimes, type RunRow } from './run-row.ts';
import type { RunTable, Tables } from './schema.ts';

/** Of each of the documents, as JSON; longer ones are cut. */
const PREVIEW_CHARS = 8_000;
const DOCUMENTS = ['given', 'parameters', 'results', 'artifacts'] as const;
const PLAIN = [
  'number',
  'id',
  'script',
  'title',
  'revision',
  'sidecar',
  'status',
  'outcome',
  'submitted_by',
  'trigger',
  'parent',
  'attempt',
  'worker',
  'timezone',
  'environment',
  'data_at_ms',
  'without_snapshot',
  'server_version',
  'created_at_ms',
  'started_at_ms',
  'ended_at_ms',
  'deleted_at_ms',
  'pinned',
  'retain_ms',
  'cells_total',
  'cells_done',
  'progress',
  'last_seq',
  'log_bytes',
  'cancel_by',
  'idempotency_key',
] as const satisfies readonly (keyof RunTable)[];

/** The columns of a list; `readPreview` makes runs of them. */
export function previewColumns(_: ExpressionBuilder<Tables, 'runs'>) {
  return [
    ...PLAIN,
    ...DOCUMENTS.map((name) => sql<string>`substr(${sql.ref(name)}, 1, ${PREVIEW_CHARS + 1})`.as(name)),
  ];
}

/** The run with the first entries of what is long, and `shortened` then. */
export function readPreview(row: Omit<RunRow, 'secrets'>, retain: RetainTimes): Run {
  const shortened = DOCUMENTS.filter((name) => row[name].length > PREVIEW_CHARS);
  if (shortened.length === 0) return readRow({ ...row, secrets: null }, retain);
  const whole = Object.fromEntries(shortened.map((name) => [name, JSON.stringify(firstEntries(row[name]))]));
  return { ...readRow({ ...row, ...whole, secrets: null }, retain), shortened };
}

/** What a beginning of JSON text says; a number that may go on is left out, a text is cut. */
function firstEntries(text: string): unknown {
  const value: unknown = parse(text, Allow.STR | Allow.OBJ | Allow.ARR);
  // of the last of several results or downloads not all may be there
  return Array.isArray(value) ? value.slice(0, -1) : value;
}
