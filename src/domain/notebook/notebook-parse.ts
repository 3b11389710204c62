/** Parses the text of an `.ipynb` file into a `Notebook`: nbformat 4 of any minor version; 2 and 3 are upgraded. */
import { isJsonObject, isLines, type Json, type JsonObject } from '../text/json.ts';
import { countNames } from '../text/json-count.ts';
import { skipJson } from '../text/json-skip.ts';
import { JsonTextError, parseJsonText } from '../text/json-text.ts';
import type { Cell, CellType, Notebook } from './notebook.ts';
import { type ListPieces, splitList } from './notebook-split.ts';
import { withSpelledTags } from './notebook-tag.ts';
import { isJsonMime, parseOutput, TEXT_LIMITS } from './notebook-text.ts';
import { upgradeNotebook } from './notebook-upgrade.ts';
import { problemError } from '../problem.ts';
import type { AppError } from '../error.ts';

/** What nbformat drops whenever it reads or writes a notebook (`strip_transient`). */
const TRANSIENT = ['orig_nbformat', 'orig_nbformat_minor', 'signature'];
const TRANSIENT_OF_CELL = ['trusted'];

/**
 * Throws `invalid` with a `ScriptProblem` (see `problem.ts`): bad JSON with its position, or a wrong shape with its
 * path.
 */
export function parseNotebook(text: string): Notebook {
  const file = parseFile(text);
  if (!isJsonObject(file)) throw shapeError('The file contains JSON, but not a notebook', 'top level');
  const notebook = withVersion4(file);
  if (!Array.isArray(notebook.cells)) throw shapeError('The notebook has no list of cells', 'cells');
  return notebookOf(notebook.metadata, (notebook.cells as Json[]).map(readCell));
}

export interface BytesOptions {
  /** UTF-8 to text; what it throws is thrown. */
  readonly decode: (bytes: Uint8Array) => string;
  /** False: saved outputs are checked to be JSON, but left out. */
  readonly outputs: boolean;
}

/** As `parseNotebook`, from the bytes of a file. Only one cell at a time, of what is wanted, is in memory as text. */
export function parseNotebookBytes(bytes: Uint8Array, options: BytesOptions): Notebook {
  const pieces = splitList(bytes, 'cells');
  const names = { left: MOST_NAMES };
  if (pieces === undefined) takeNames(names, bytes);
  const notebook = pieces === undefined ? undefined : parsePieces(pieces, options, names);
  if (notebook !== undefined) return notebook;
  if (names.left < 0) throw tooManyNames();
  const whole = parseNotebook(options.decode(bytes));
  return options.outputs ? whole : { ...whole, cells: whole.cells.map(withoutOutputs) };
}

/** Of all objects but the saved outputs: a program can write millions of them into the metadata. */
const MOST_NAMES = 300_000;

interface NamesLeft {
  left: number;
}

/** False once there are too many. */
function takeNames(names: NamesLeft, ...texts: readonly Uint8Array[]): boolean {
  for (const text of texts) names.left -= countNames(text);
  return names.left >= 0;
}

function tooManyNames(): AppError {
  return problemError({
    what: `The file has more than ${MOST_NAMES / 1_000},000 names, without its saved outputs.`,
    where: 'metadata',
    remedy: 'Remove what a program has added to the metadata of the notebook or its cells, and save it.',
  });
}

/** Undefined if it takes the whole text to read it, or to say what is wrong. */
function parsePieces(
  { head, items, tail }: ListPieces,
  { decode, outputs }: BytesOptions,
  names: NamesLeft,
): Notebook | undefined {
  if (!takeNames(names, head, tail)) return undefined;
  try {
    const file = parseJsonText(decode(head) + decode(tail));
    if (!isJsonObject(file) || file.nbformat !== 4) return undefined;
    const parse = (piece: Uint8Array) =>
      outputs ? parseCell(piece, decode) : parseJsonText(codeText(piece, decode, names));
    return notebookOf(
      file.metadata,
      items.map((piece, index) => readCell(parse(piece), index)),
    );
  } catch {
    return undefined;
  }
}

function parseCell(bytes: Uint8Array, decode: BytesOptions['decode']): Json {
  const pieces = bytes.length > TEXT_LIMITS.longBytes ? splitList(bytes, 'outputs') : undefined;
  const cell = pieces && parseJsonText(decode(pieces.head) + decode(pieces.tail));
  if (!isJsonObject(cell)) return parseJsonText(decode(bytes));
  return { ...cell, outputs: pieces!.items.map((output) => parseOutput(output, decode)) };
}

const NOTHING = new Uint8Array();

/** The JSON text of a cell with no outputs; they are checked, but no values are made of them. */
function codeText(cell: Uint8Array, decode: BytesOptions['decode'], names: NamesLeft): string {
  const { head, items, tail } = splitList(cell, 'outputs') ?? { head: cell, items: [], tail: NOTHING };
  if (!takeNames(names, head, tail)) throw new Error('There are too many names');
  for (const output of items) if (skipJson(output, 0) !== output.length) throw new Error('An output is no JSON');
  return decode(head) + decode(tail);
}

function withoutOutputs<T extends Cell>(cell: T): T {
  return { ...cell, outputs: [] };
}

type ReadCell = Cell & { readonly givenId: string | undefined };

function notebookOf(given: Json | undefined, cells: readonly ReadCell[]): Notebook {
  const metadata = withoutKeys(given, TRANSIENT);
  return {
    cells: withSpelledTags(withUniqueIds(cells)),
    metadata,
    kernelName: kernelName(metadata),
    language: language(metadata),
  };
}

function parseFile(text: string): Json {
  if (text.trim() === '')
    throw problemError({ what: 'The file is empty.', remedy: 'Save the notebook again from Jupyter.' });
  try {
    return parseJsonText(text);
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    const conflict = /^(<{7}|={7}|>{7})/m.test(text);
    throw problemError(
      {
        what: `The file is not valid JSON: ${error.message}.`,
        where: `line ${error.line}, column ${error.column}`,
        remedy: conflict
          ? 'It holds the marks of a merge conflict (<<<<<<<): resolve the conflict, then save.'
          : 'Save the notebook again from Jupyter, or restore the last version that opened there.',
      },
      error,
    );
  }
}

function withVersion4(file: JsonObject): JsonObject {
  const version = file.nbformat;
  if (version === 4) return file;
  if (version === 2 || version === 3) return upgradeNotebook(file);
  if (typeof version !== 'number') throw shapeError('The file does not say which notebook format it has', 'nbformat');
  throw problemError({
    what: `The notebook format ${version} is not supported.`,
    where: 'nbformat',
    remedy: version > 4 ? 'Save it from Jupyter as format 4.' : 'Open it in Jupyter and save it, which upgrades it.',
  });
}

function readCell(value: Json, index: number): ReadCell {
  const path = `cells[${index}]`;
  if (!isJsonObject(value)) throw shapeError(`Cell ${index + 1} is not an object`, path);
  const type = value.cell_type;
  if (type !== 'code' && type !== 'markdown' && type !== 'raw') {
    throw shapeError(`Cell ${index + 1} is neither code, markdown nor raw`, `${path}.cell_type`);
  }
  const metadata = withoutKeys(value.metadata, TRANSIENT_OF_CELL);
  return {
    givenId: typeof value.id === 'string' && value.id !== '' ? value.id : undefined,
    id: '',
    type: type satisfies CellType,
    source: joined(value.source, `${path}.source`, index),
    tags: Array.isArray(metadata.tags) ? metadata.tags.filter((tag): tag is string => typeof tag === 'string') : [],
    metadata,
    attachments: isJsonObject(value.attachments) ? readAttachments(value.attachments) : {},
    outputs: Array.isArray(value.outputs) ? value.outputs.filter(isJsonObject).map(readOutput) : [],
    executionCount: typeof value.execution_count === 'number' ? value.execution_count : null,
  };
}

function withoutKeys(metadata: Json | undefined, keys: readonly string[]): JsonObject {
  if (!isJsonObject(metadata)) return {};
  if (!keys.some((key) => Object.hasOwn(metadata, key))) return metadata;
  return Object.fromEntries(Object.entries(metadata).filter(([key]) => !keys.includes(key)));
}

function joined(value: Json | undefined, path: string, index: number): string {
  if (typeof value === 'string') return value;
  if (isLines(value)) return value.join('');
  throw shapeError(`Cell ${index + 1} has no text`, path);
}

function readAttachments(value: JsonObject): Cell['attachments'] {
  return Object.fromEntries(
    Object.entries(value).map(([name, bundle]) => [
      name,
      Object.fromEntries(
        Object.entries(isJsonObject(bundle) ? bundle : {}).map(([mime, data]) => [mime, String(text(data))]),
      ),
    ]),
  );
}

/** The output object with every multi-line text, unless it is long, as one string. */
function readOutput(output: JsonObject): JsonObject {
  const data = isJsonObject(output.data)
    ? {
        data: Object.fromEntries(
          Object.entries(output.data).map(([mime, value]) => [mime, isJsonMime(mime) ? value : text(value)]),
        ),
      }
    : {};
  return { ...output, ...data, ...(output.text === undefined ? {} : { text: text(output.text) }) };
}

/** What is long stays in pieces. */
function text(value: Json): Json {
  if (!isLines(value)) return value;
  const chars = value.reduce((sum, { length }) => sum + length, 0);
  return chars > TEXT_LIMITS.longBytes ? value : value.join('');
}

function withUniqueIds(cells: readonly ReadCell[]): Cell[] {
  const given = new Map<string, number>();
  for (const { givenId } of cells) if (givenId !== undefined) given.set(givenId, (given.get(givenId) ?? 0) + 1);
  return cells.map(({ givenId, ...cell }, index) => {
    if (givenId !== undefined && given.get(givenId) === 1) return { ...cell, id: givenId };
    let id = `cell-${index}`;
    while (given.has(id)) id += 'x';
    return { ...cell, id };
  });
}

function kernelName(metadata: JsonObject): string | undefined {
  const name = isJsonObject(metadata.kernelspec) ? metadata.kernelspec.name : undefined;
  return typeof name === 'string' && name !== '' ? name : undefined;
}

function language(metadata: JsonObject): string {
  const info = isJsonObject(metadata.language_info) ? metadata.language_info.name : undefined;
  const spec = isJsonObject(metadata.kernelspec) ? metadata.kernelspec : {};
  const named = [info, spec.language].find((name): name is string => typeof name === 'string' && name.trim() !== '');
  return (named ?? languageOfKernel(kernelName(metadata))).trim().toLowerCase();
}

/** Some programs leave out the language; the usual kernel names determine it. */
function languageOfKernel(kernel: string | undefined): string {
  if (kernel === undefined) return 'python';
  if (kernel === 'ir') return 'r';
  return /^(bash|julia)/i.exec(kernel)?.[1] ?? 'python';
}

function shapeError(what: string, path: string): AppError {
  return problemError({ what: `${what}.`, where: path, remedy: 'Open the notebook in Jupyter and save it again.' });
}
