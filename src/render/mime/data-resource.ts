/** `application/vnd.dataresource+json`: a table. Source: https://specs.frictionlessdata.io/tabular-data-resource/ */
import { isJsonObject, type Json } from '../../domain/text/json.ts';
import { attributes, escapeHtml } from '../html.ts';
import { WORDS } from '../report-text.ts';
import { jsonTree } from './json.ts';
import { parsedJson } from './json-value.ts';
import type { MimeRenderer } from './renderer.ts';

const MOST_ROWS = 1000;
const MOST_COLUMNS = 200;

export const dataResource: MimeRenderer = {
  kind: 'html',
  matches: (mime) => mime === 'application/vnd.dataresource+json',
  render: ({ value }) => {
    const resource = parsedJson(value);
    const table = tableOf(resource);
    return table ?? jsonTree(resource, { levels: 1, root: 'root' });
  },
};

interface Column {
  readonly name: string;
  readonly isIndex: boolean;
  readonly isNumber: boolean;
}

/** Undefined if it is no table. */
function tableOf(resource: Json): string | undefined {
  if (!isJsonObject(resource) || !Array.isArray(resource['data'])) return undefined;
  const rows = resource['data'] as readonly Json[];
  const columns = columnsOf(resource['schema'], rows).slice(0, MOST_COLUMNS);
  if (columns.length === 0) return undefined;
  const head = columns.map(({ name, isIndex }) => `<th>${isIndex && name === 'index' ? '' : escapeHtml(name)}</th>`);
  const body = rows
    .slice(0, MOST_ROWS)
    .map((row) => `<tr>${columns.map((column, at) => cell(row, column, at)).join('')}</tr>`);
  const notice = rows.length > MOST_ROWS ? `<p class="note">${WORDS.rowsLeft(MOST_ROWS, rows.length)}</p>` : '';
  return `<table class="dataframe"><thead><tr>${head.join('')}</tr></thead><tbody>${body.join('')}</tbody></table>${notice}`;
}

function columnsOf(schema: Json | undefined, rows: readonly Json[]): readonly Column[] {
  const fields = isJsonObject(schema) && Array.isArray(schema['fields']) ? (schema['fields'] as readonly Json[]) : [];
  const key = isJsonObject(schema) ? schema['primaryKey'] : undefined;
  const keys: readonly Json[] = Array.isArray(key) ? (key as readonly Json[]) : key === undefined ? [] : [key];
  const named = fields.filter(isJsonObject).map((field) => ({
    name: String(field['name'] ?? ''),
    isIndex: keys.includes(field['name'] ?? ''),
    isNumber: /^(?:integer|number)$/.test(String(field['type'])),
  }));
  if (named.length > 0) return named.toSorted((a, b) => Number(b.isIndex) - Number(a.isIndex));
  const [first] = rows;
  return isJsonObject(first) ? Object.keys(first).map((name) => ({ name, isIndex: false, isNumber: false })) : [];
}

function cell(row: Json, { name, isIndex, isNumber }: Column, at: number): string {
  const value = isJsonObject(row) ? row[name] : Array.isArray(row) ? (row as readonly Json[])[at] : undefined;
  const text = value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  const tag = isIndex ? 'th' : 'td';
  return `<${tag}${attributes({ class: isNumber || isIndex ? undefined : 'words' })}>${escapeHtml(text)}</${tag}>`;
}
