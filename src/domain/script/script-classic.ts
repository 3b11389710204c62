/** The original Script Runner's form: a first cell of text in which every line is a row split at `|`. */
import type { Cell } from '../notebook/notebook.ts';
import type { ParameterSchema } from '../parameter/parameter.ts';
import type { Refinement } from '../parameter/parameter-refine.ts';

export interface ClassicRows extends Refinement {
  readonly title?: string;
  readonly description?: string;
  readonly wiki?: string;
  readonly team?: string;
  readonly category?: string;
  /** Variables offered as CSV. */
  readonly downloads: readonly string[];
}

const ABOUT = /^(title|description|wiki|team|category)$/i;
const NAME = /^[\p{L}_][\p{L}\p{N}_.]*$/u;

/**
 * `title|…`, `description|…`, `wiki|…`, `team|…`, `category|…`, `download|VARIABLE`, any other row
 * `name|type|label[|default]`. Undefined unless every line is such a row.
 */
export function readClassicRows(cell: Cell | undefined): ClassicRows | undefined {
  if (cell === undefined || cell.type === 'code') return undefined;
  const rows = cell.source
    .split(/\r?\n|<br\s*\/?>/)
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map(splitRow);
  if (rows.length === 0 || !rows.every(isRow)) return undefined;
  const about: Record<string, string> = {};
  const downloads: string[] = [];
  const properties: Record<string, ParameterSchema> = {};
  for (const [name = '', second = '', label = '', fallback] of rows) {
    if (ABOUT.test(name)) about[name.toLowerCase()] = second;
    else if (/^download$/i.test(name)) downloads.push(second);
    else properties[name] = { ...readType(second, fallback), ...(label === '' ? {} : { title: label }) };
  }
  return { ...about, downloads, properties, required: [] };
}

/** The text of an about row may contain `|` itself. */
function splitRow(line: string): string[] {
  const [name = '', ...rest] = line.split('|').map((part) => part.trim());
  return ABOUT.test(name)
    ? [name, rest.join(' | ')]
    : [name, ...rest.slice(0, 2), ...(rest.length > 2 ? [rest.slice(2).join('|')] : [])];
}

function isRow(row: readonly string[]): boolean {
  const [name = '', second = ''] = row;
  if (row.length < 2 || second === '') return false;
  return ABOUT.test(name) || /^download$/i.test(name) ? true : NAME.test(name) && /^[\w-]+$/.test(second);
}

/** `number` is a number, whole or not; everything else is text, except for the few types with unambiguous names. */
function readType(type: string, fallback: string | undefined): ParameterSchema {
  const given = fallback === undefined ? {} : { default: fallback };
  switch (type.toLowerCase()) {
    case 'number': {
      const value = Number((fallback ?? '').replace(',', '.'));
      const known = fallback !== undefined && fallback !== '' && Number.isFinite(value);
      return { type: ['integer', 'number'], ...(known ? { default: value } : {}) };
    }
    case 'date':
      return { type: 'string', format: 'date', ...given };
    case 'password':
      return { type: 'string', format: 'password', ...given };
    default:
      return { type: 'string', ...given };
  }
}
