/** R: `name <- value` lines. Source: https://cran.r-project.org/doc/manuals/r-release/R-lang.html#Constants */
import { AppError } from '../../domain/error.ts';
import { isExactNumber, isJsonObject, type Json, type JsonObject } from '../../domain/text/json.ts';
import type { DeclaredParameter, Language } from '../../domain/parameter/language.ts';
import {
  isPassword,
  type ParameterSchema,
  type ParametersSchema,
  type ParameterValues,
  typesOf,
} from '../../domain/parameter/parameter.ts';
import { passwordVariable } from '../../domain/parameter/password-variable.ts';
import { reviewBound } from '../code-bound.ts';
import { rFolder } from './r-folder.ts';
import { readRValue } from './r-read.ts';
import { readRProgram, reviewRProgram, rProgramSource } from './r-program.ts';
import { readRReferences } from './r-reference.ts';
import { quoteR } from './r-string.ts';
import { tableSource } from './r-table.ts';
import { reviewR } from '../review/r-review.ts';

export const r: Language = {
  id: 'r',
  accepts: isRName,
  readParameters,
  readCalls: readRProgram,
  callSource: rProgramSource,
  readReferences: readRReferences,
  review: (sources) => [...reviewRProgram(sources), ...reviewBound(sources), ...reviewR(sources)],
  writeLiteral,
  writeParameters,
  writeList,
  writeDownloads,
  tableSource,
  folder: rFolder,
};

const RESERVED = new Set([
  'if',
  'else',
  'repeat',
  'while',
  'function',
  'for',
  'next',
  'break',
  'in',
  'TRUE',
  'FALSE',
  'NULL',
  'Inf',
  'NaN',
  'NA',
  'NA_integer_',
  'NA_real_',
  'NA_character_',
  'NA_complex_',
]);

function isRName(name: string): boolean {
  return /^(?:[\p{L}]|\.(?![0-9]))[\p{L}\p{N}._]*$/u.test(name) && !RESERVED.has(name) && !/^\.+\d*$/.test(name);
}

function readParameters(source: string): DeclaredParameter[] {
  const found = new Map<string, DeclaredParameter>();
  for (const line of source.split('\n')) {
    const [, name = '', rest = ''] = /^([\p{L}][\p{L}\p{N}._]*)\s*(?:<-|=(?!=))\s*(.+)$/u.exec(line) ?? [];
    if (isRName(name)) found.set(name, { name, schema: readRValue(rest), required: false });
  }
  return [...found.values()];
}

/**
 * R's parser fails at 50 open brackets; deeper values are read from JSON text by the package that IRkernel itself
 * needs.
 */
const DEPTH_LIMIT = 20;

function writeLiteral(value: Json, schema: ParameterSchema): string {
  if (isDeeper(value, DEPTH_LIMIT))
    return `jsonlite::fromJSON(${quoteR(JSON.stringify(value))}, simplifyVector = FALSE)`;
  return write(value, schema);
}

function isDeeper(value: Json, limit: number): boolean {
  if (typeof value !== 'object' || value === null || isExactNumber(value)) return false;
  return limit === 0 || (Object.values(value) as Json[]).some((part) => isDeeper(part, limit - 1));
}

function write(value: Json, schema: ParameterSchema): string {
  if (value === null) return 'NULL';
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (typeof value === 'number') return writeNumber(value, schema);
  if (typeof value === 'string') return writeText(value, schema);
  if (isExactNumber(value)) return value.rawJSON;
  if (isJsonObject(value)) return writeObject(value, schema.additionalProperties ?? {});
  const items = (value as readonly Json[]).map((item) => write(item, schema.items ?? {}));
  const kinds = new Set((value as readonly Json[]).map((item) => (item === null ? 'null' : typeof item)));
  return kinds.size === 1 && !kinds.has('object') && !kinds.has('null')
    ? `c(${items.join(', ')})`
    : `list(${items.join(', ')})`;
}

/** `setNames` accepts any name, including the empty one. */
function writeObject(value: JsonObject, schema: ParameterSchema): string {
  const names = Object.keys(value);
  if (names.length === 0) return 'stats::setNames(list(), character(0))';
  const items = Object.values(value).map((item) => write(item, schema));
  return `stats::setNames(list(${items.join(', ')}), c(${names.map(quoteR).join(', ')}))`;
}

function writeNumber(value: number, schema: ParameterSchema): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Inf' : '-Inf';
  const isInteger = typesOf(schema).join() === 'integer' && Math.abs(value) < 2 ** 31;
  return isInteger ? `${value}L` : String(value);
}

function writeText(value: string, schema: ParameterSchema): string {
  if (schema['x-native'] === 'date') return `as.Date(${quoteR(value)})`;
  if (schema['x-native'] === 'datetime' && schema['x-zone'] === true) return writeMoment(value);
  const numeric =
    typesOf(schema).length > 0 && typesOf(schema).every((type) => type === 'integer' || type === 'number');
  if (!numeric) return quoteR(value);
  if (/^-?\d+(\.\d+)?$/.test(value)) return value;
  return writeNumber(Number(value), schema);
}

/** POSIXct is a moment and has no zone of its own: the offset decides which moment it is. */
function writeMoment(value: string): string {
  const [, local = value, offset = 'Z'] = /^(.*?)(Z|[+-]\d\d:\d\d)$/.exec(value) ?? [];
  const zone = offset === 'Z' ? '+0000' : offset.replace(':', '');
  const time = /:\d\d:\d\d/.test(local) ? local : `${local}:00`;
  return `as.POSIXct(${quoteR(time + zone)}, format = "%Y-%m-%dT%H:%M:%OS%z", tz = "UTC")`;
}

function writeParameters(values: ParameterValues, schema: ParametersSchema): string {
  const lines = Object.entries(values).map(([name, value]) => {
    if (!isRName(name)) throw new AppError('invalid', `R does not allow a variable named “${name}”.`);
    const property = schema.properties[name] ?? {};
    const list = property['x-list'];
    const target = list !== undefined && isRName(list) ? `${list}$${name} <- ${name}` : name;
    return `${target} <- ${isPassword(property) && value !== null ? `Sys.getenv(${quoteR(passwordVariable(name))})` : writeLiteral(value, property)}`;
  });
  return ['# Parameters', ...lines].join('\n');
}

/** `params <- list(region = "Asia", day = Sys.Date())`, as R Markdown makes it of its header. */
function writeList(properties: ParametersSchema['properties']): string | undefined {
  const entries = Object.entries(properties).filter(([name, schema]) => schema['x-list'] === 'params' && isRName(name));
  const values = entries.map(([name, schema]) => {
    const { default: start = null, 'x-source': source } = schema;
    return `${name} = ${source ?? (isPassword(schema) ? 'NULL' : writeLiteral(start, schema))}`;
  });
  return entries.length === 0 ? undefined : `params <- list(${values.join(', ')})`;
}

/**
 * Same CSV as on the Python side: UTF-8 with a byte order mark, missing values empty, formulas disabled (an apostrophe
 * before them).
 */
function writeDownloads(variables: readonly string[]): string | undefined {
  const lines = variables.filter(isRName).map((name) => `.script_runner_csv(${name}, ${quoteR(`${name}.csv`)})`);
  if (lines.length === 0) return undefined;
  return [
    '.script_runner_csv <- function(data, name) {',
    '  inert <- function(text) ifelse(!is.na(text) & grepl("^[=+@\\t\\r\\n-]", text) & !grepl("^[+-]?([0-9][0-9.,]*|[.,][0-9]+)([eE][+-]?[0-9]+)?%?$", text), paste0("\'", text), text)',
    '  table <- as.data.frame(data, stringsAsFactors = FALSE)',
    '  table[] <- lapply(table, function(column) if (is.numeric(column) || is.logical(column)) column else inert(as.character(column)))',
    '  names(table) <- inert(names(table))',
    '  file <- file(file.path(Sys.getenv("SCRIPT_RUNNER_OUTPUT_DIR"), name), "w", encoding = "UTF-8")',
    '  on.exit(close(file))',
    '  cat("\\ufeff", file = file)',
    '  utils::write.csv(table, file, row.names = FALSE, na = "")',
    '}',
    ...lines,
  ].join('\n');
}
