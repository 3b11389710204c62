/**
 * Widgets of Databricks notebooks as inputs: `dbutils.widgets.text`, `dropdown`, `combobox`, `multiselect`, and SQL's
 * `CREATE WIDGET`. Source: https://docs.databricks.com/aws/en/notebooks/widgets
 */
import { defined } from '../../domain/defined.ts';
import type { CalledParameter, ReviewFinding } from '../../domain/parameter/language.ts';
import type { ParameterSchema } from '../../domain/parameter/parameter.ts';
import {
  argument,
  argumentNode,
  type Call,
  callsOf,
  type Constants,
  constantsOf,
  textArgument,
} from './python-call.ts';

/** What only notebooks of Databricks contain; theirs is a kernel with `dbutils` and the cell magics `%sql`, `%md` …. */
const DATABRICKS = /\bdbutils\s*\.|\bgetArgument\s*\(|^\s*%(?:sql|md|md-sandbox|sh|fs|scala|r|python)[ \t]*\r?\n/;
const CALLS = /\bdbutils\.widgets\.(?:text|dropdown|combobox|multiselect|get)$|^getArgument$|dbutils\s*\.|getArgument/;
const WIDGET = /^dbutils\.widgets\.(text|dropdown|combobox|multiselect)$/;

export function isDatabricks(cells: readonly string[]): boolean {
  return cells.some((source) => DATABRICKS.test(source));
}

/** Declared widgets in order, then names that are only read: those must be given. */
export function readDatabricks(cells: readonly string[]): CalledParameter[] {
  if (!isDatabricks(cells)) return [];
  const constants = constantsOf(cells);
  const found = new Map<string, CalledParameter>();
  const calls = callsOf(cells, CALLS);
  const inPython = calls.flatMap((call) => readWidget(call, constants) ?? []);
  for (const widget of [...inPython, ...cells.flatMap(readSql)])
    if (!found.has(widget.name)) found.set(widget.name, widget);
  for (const call of calls) {
    const read = readGet(call, constants);
    if (read !== undefined && !found.has(read.name)) found.set(read.name, read);
  }
  return [...found.values()];
}

function readWidget(call: Call, constants: Constants): CalledParameter | undefined {
  const [, kind] = WIDGET.exec(call.called) ?? [];
  const name = textArgument(call, 0, 'name', constants);
  if (kind === undefined || name === undefined || name.trim() === '') return undefined;
  const isText = kind === 'text';
  const schema = widgetSchema(kind, {
    start: textArgument(call, 1, 'defaultValue', constants),
    choices: isText ? undefined : textsOf(argument(call, 2, 'choices', constants)?.value),
    label: textArgument(call, isText ? 2 : 3, 'label', constants),
  });
  return { name, schema, required: false, call: call.called, cell: call.cell };
}

interface Widget {
  readonly start: string | undefined;
  readonly choices: readonly string[] | undefined;
  readonly label: string | undefined;
}

/** Values are texts, as in Databricks. Of choices that only running the code can tell, any text is accepted. */
function widgetSchema(kind: string, { start = '', choices, label }: Widget): ParameterSchema {
  const title = defined({ title: label === '' ? undefined : label });
  const all = choices === undefined || choices.includes(start) ? choices : [start, ...choices];
  if (kind === 'multiselect' && choices !== undefined) {
    const chosen = start.split(',').filter((part) => choices.includes(part));
    return { type: 'array', items: { type: 'string', enum: choices }, uniqueItems: true, ...title, default: chosen };
  }
  if (kind === 'dropdown' && all !== undefined) return { type: 'string', enum: all, ...title, default: start };
  return { type: 'string', ...(choices === undefined ? {} : { examples: choices }), ...title, default: start };
}

function textsOf(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string')
    ? [...new Set(value as string[])]
    : undefined;
}

/** `dbutils.widgets.get("x")` of a job's parameter, and the older `getArgument("x", "default")`. */
function readGet(call: Call, constants: Constants): CalledParameter | undefined {
  const isOld = call.called === 'getArgument';
  const name = isOld || call.called === 'dbutils.widgets.get' ? textArgument(call, 0, 'name', constants) : undefined;
  if (name === undefined || name.trim() === '') return undefined;
  const start = isOld ? textArgument(call, 1, 'defaultValue', constants) : undefined;
  const schema: ParameterSchema = { type: 'string', ...defined({ default: start }) };
  return { name, schema, required: start === undefined, call: call.called, cell: call.cell };
}

const SQL_CELL = /^\s*%sql\b/;
const NAME = String.raw`(\`[^\`]{1,200}\`|"[^"]{1,200}"|'[^']{1,200}'|[\w.-]{1,200})`;
const TEXT = String.raw`("[^"]{0,2000}"|'[^']{0,2000}')`;
const CREATE = new RegExp(
  String.raw`\bCREATE\s{1,9}WIDGET\s{1,9}(TEXT|DROPDOWN|COMBOBOX|MULTISELECT)\s{1,9}${NAME}\s{1,9}DEFAULT\s{1,9}${TEXT}` +
    String.raw`(?:\s{1,9}CHOICES\s{1,9}([^;]{1,20000}))?`,
  'gi',
);
const ROW = new RegExp(String.raw`\(\s{0,9}${TEXT}\s{0,9}\)`, 'g');

/** `CREATE WIDGET DROPDOWN state DEFAULT "CA" CHOICES SELECT * FROM (VALUES ("CA"), ("IL"))` */
function readSql(source: string, cell: number): CalledParameter[] {
  if (!SQL_CELL.test(source) || source.length > 50_000) return [];
  return [...source.matchAll(CREATE)].map(([, kind = '', name = '', start = '""', query]) => {
    const rows = query !== undefined && /\bVALUES\b/i.test(query) ? [...query.matchAll(ROW)] : [];
    const choices = textsOf(rows.map(([, text = '""']) => text.slice(1, -1)));
    const widget = { start: start.slice(1, -1), choices, label: undefined };
    const schema = widgetSchema(kind.toLowerCase(), widget);
    const plain = /^[`"']/.test(name) ? name.slice(1, -1) : name;
    return { name: plain, schema, required: false, call: `CREATE WIDGET ${kind.toUpperCase()}`, cell };
  });
}

/** The kernel's `dbutils`, `getArgument`, `displayHTML`, `spark` where PySpark is installed, and the magics. */
export function databricksSource(cells: readonly string[]): string | undefined {
  return isDatabricks(cells) ? 'from script_runner import _databricks; _databricks.install()' : undefined;
}

/** Widgets that become no input, or whose choices cannot be seen. */
export function reviewDatabricks(cells: readonly string[]): ReviewFinding[] {
  if (!isDatabricks(cells)) return [];
  const constants = constantsOf(cells);
  return callsOf(cells, CALLS).flatMap((call): ReviewFinding[] => {
    const [, kind] = WIDGET.exec(call.called) ?? [];
    if (kind === undefined) return [];
    const place = { code: 'unread-widget' as const, cell: call.cell, line: call.line };
    if (textArgument(call, 0, 'name', constants) === undefined) {
      const what = 'The name of this widget is computed, so it becomes no input and keeps its default.';
      return [{ ...place, what, remedy: 'Write the name as a text in quotes.' }];
    }
    const isOpen = kind !== 'text' && argumentNode(call, 2, 'choices') !== undefined;
    if (!isOpen || textsOf(argument(call, 2, 'choices', constants)?.value) !== undefined) return [];
    const what = 'The choices of this widget are computed, so the form has a text field for it.';
    return [{ ...place, what, remedy: 'Write the choices as a list of texts in quotes.' }];
  });
}
