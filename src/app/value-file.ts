/** Values of a script from a file: JSON, YAML, or a row of CSV. */
import { visit } from 'yaml';
import { AppError } from '../domain/error.ts';
import { csvRecords, delimiterOf } from '../domain/text/csv.ts';
import { exactNumber, floatNumber, parseExactJson, UnsafeNameError } from '../domain/text/json-exact.ts';
import { JsonTextError, parseJsonText } from '../domain/text/json-text.ts';
import { isJsonObject, type Json } from '../domain/text/json.ts';
import { parseYaml, YamlTextError, yamlValue } from '../domain/text/yaml-parse.ts';
import { labelOf } from '../domain/parameter/form.ts';
import type { ParametersSchema } from '../domain/parameter/parameter.ts';

/** A viewer may send it, and nobody else is answered while it is read. */
const MOST_YAML_CHARS = 100_000;
/** What stands for bytes that are no UTF-8. */
const REPLACEMENT = '\ufffd';

export interface ValueFile {
  /** For messages, and to tell the format by its extension: `.csv` or `.tsv`, `.json`, anything else is YAML. */
  readonly name: string;
  readonly text: string;
  /** From 1, of a file with several. */
  readonly row: number;
}

export interface FileValues {
  readonly values: Readonly<Record<string, unknown>>;
  /** How many rows the file has; absent: it has no rows. */
  readonly rows?: number;
}

/**
 * Columns are found by the name or the label of an input; the rows below the names count from 1; empty cells are left
 * out.
 * Throws `invalid`, with the line or row.
 */
export function readValueFile(schema: ParametersSchema, file: ValueFile): FileValues {
  if (file.text.includes(REPLACEMENT))
    throw new AppError('invalid', `${file.name} is not UTF-8 text. Save it as UTF-8, such as “CSV UTF-8”.`);
  if (/\.(csv|tsv)$/i.test(file.name)) return readTable(schema, file);
  const values = /\.json$/i.test(file.name) ? readJson(file) : readYaml(file);
  if (!Array.isArray(values)) return { values: objectOf(file, values) };
  const rows = values as Json[];
  return { values: objectOf(file, rowOf(file, rows)), rows: rows.length };
}

function rowOf<T>({ name, row }: ValueFile, rows: readonly T[]): T {
  const found = rows[row - 1];
  if (found !== undefined) return found;
  const count = rows.length === 0 ? 'no row' : rows.length === 1 ? 'one row' : `${rows.length} rows`;
  throw new AppError('invalid', `${name} has ${count}; there is no row ${row}.`);
}

function objectOf({ name }: ValueFile, values: Json | undefined): Readonly<Record<string, unknown>> {
  if (isJsonObject(values)) return { ...values };
  throw new AppError('invalid', `${name} must contain names with values, such as "month: 2026-01".`);
}

function readTable(schema: ParametersSchema, file: ValueFile): FileValues {
  const [head, ...rows] = [
    ...csvRecords(file.text, delimiterOf(file.text), (line) => {
      const what = `${file.name}, line ${line}: the quote " that begins here is not closed.`;
      throw new AppError('invalid', `${what} Close it at the end of the field; a quote in a field is written "".`);
    }),
  ];
  if (head === undefined)
    throw new AppError('invalid', `${file.name} is empty. Its first row must have the names of inputs.`);
  const names = head.map((cell) => nameOf(schema, cell.trim()));
  const twice = findTwice(names.filter((name) => name !== ''));
  if (twice !== undefined) throw new AppError('invalid', `${file.name}: the first row has the name ${twice} twice.`);
  const cells = rowOf(file, rows);
  if (cells.length > names.length)
    throw new AppError(
      'invalid',
      `${file.name}: row ${file.row} has ${cells.length} values, but the first row has ${names.length} names.`,
    );
  const values = names.flatMap((name, at): [string, string][] => {
    const cell = cells[at] ?? '';
    return name === '' || cell.trim() === '' ? [] : [[name, cell]];
  });
  return { values: Object.fromEntries(values), rows: rows.length };
}

function findTwice(names: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return names.find((name) => seen.size === seen.add(name).size);
}

function nameOf({ properties }: ParametersSchema, head: string): string {
  if (Object.hasOwn(properties, head)) return head;
  const label = head.toLowerCase();
  const found = Object.entries(properties).find(([name, { title = labelOf(name) }]) => title.toLowerCase() === label);
  return found?.[0] ?? head;
}

function readJson({ name, text }: ValueFile): Json {
  try {
    parseJsonText(text);
    return parseExactJson(text.replace(/^\ufeff/, ''));
  } catch (error) {
    if (error instanceof JsonTextError)
      throw new AppError('invalid', `${name}, line ${error.line}, column ${error.column}: ${error.message}.`, {
        cause: error,
      });
    const why = error instanceof UnsafeNameError ? error.message : 'It must be JSON, without NaN and Infinity.';
    throw new AppError('invalid', `${name} cannot be read: ${why}`, { cause: error });
  }
}

/** JSON is YAML; dates stay texts, as in JSON, and numbers keep their digits. */
function readYaml({ name, text }: ValueFile): Json {
  if (text.length > MOST_YAML_CHARS)
    throw new AppError('invalid', `${name} is too long for YAML: at most ${MOST_YAML_CHARS} characters. Use JSON.`);
  try {
    const parsed = parseYaml(text, { schema: 'core', intAsBigInt: true });
    visit(parsed.document, {
      Scalar(_key, node) {
        const { value, source } = node;
        if (typeof value === 'bigint') node.value = exactNumber(String(value));
        else if (typeof value === 'number')
          node.value = Number.isFinite(value) ? floatOf(value, source) : String(value);
      },
    });
    return yamlValue(parsed);
  } catch (error) {
    if (!(error instanceof YamlTextError)) throw error;
    const where = error.line === undefined ? `${name} cannot be read` : `${name}, line ${error.line}`;
    throw new AppError('invalid', `${where}: ${error.message}.`, { cause: error });
  }
}

/** The digits as they are where JSON spells the number so: 1.10 is another decimal than 1.1. */
function floatOf(value: number, source: string | undefined): Json {
  return /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(source ?? '')
    ? exactNumber(source ?? '')
    : floatNumber(value);
}
