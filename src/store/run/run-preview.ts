/** Runs in lists: values, results and downloads are shortened, so that no list carries megabytes. */
import { sql, type ExpressionBuilder } from 'kysely';
import { Allow, parse } from 'partial-json';
import type { Run } from '../../domain/run/run.ts';
import { readRow, type RetainTimes, type ReadableRow } from './run-row.ts';
import type { RunTable, Tables } from '../schema.ts';

/** Limit for each of the documents, as JSON; longer ones are cut. */
const PREVIEW_CHARS = 8_000;
const DOCUMENTS = ['given', 'parameters', 'results', 'artifacts'] as const;
const PLAIN = [
  'number',
  'id',
  'script',
  'title',
  'revision',
  'sidecar',
  'bundle',
  'needs',
  'status',
  'outcome',
  'submitted_by',
  'trigger',
  'priority',
  'parent',
  'attempt',
  'worker',
  'timezone',
  'environment',
  'source_commit',
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

/** The columns of a list; `readPreview` turns them into runs. */
export function previewColumns(_: ExpressionBuilder<Tables, 'runs'>) {
  return [
    ...PLAIN,
    ...DOCUMENTS.map((name) => sql<string>`substr(${sql.ref(name)}, 1, ${PREVIEW_CHARS + 1})`.as(name)),
  ];
}

/** The run with the first entries of long documents, and then `shortened`. */
export function readPreview(row: Omit<ReadableRow, 'secrets'>, retain: RetainTimes): Run {
  const shortened = DOCUMENTS.filter((name) => row[name].length > PREVIEW_CHARS);
  if (shortened.length === 0) return readRow({ ...row, secrets: null }, retain);
  const whole = Object.fromEntries(shortened.map((name) => [name, JSON.stringify(firstEntries(row[name]))]));
  return { ...readRow({ ...row, ...whole, secrets: null }, retain), shortened };
}

/** Parses the beginning of JSON text; a number that may continue is left out, a text is truncated. */
function firstEntries(text: string): unknown {
  const value: unknown = parse(text, Allow.STR | Allow.OBJ | Allow.ARR);
  // the last of several results or downloads may be incomplete
  return Array.isArray(value) ? value.slice(0, -1) : value;
}
