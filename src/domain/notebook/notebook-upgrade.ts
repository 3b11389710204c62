/**
 * Upgrades notebook files of format 2 and 3 to format 4. Source:
 * https://nbformat.readthedocs.io/en/latest/changelog.html and the rules of nbformat's own converters.
 */
import { defined } from '../defined.ts';
import { isJsonObject, type Json, type JsonObject } from '../text/json.ts';

const MIME_OF: ReadonlyMap<string, string> = new Map([
  ['text', 'text/plain'],
  ['html', 'text/html'],
  ['svg', 'image/svg+xml'],
  ['png', 'image/png'],
  ['jpeg', 'image/jpeg'],
  ['latex', 'text/latex'],
  ['json', 'application/json'],
  ['javascript', 'application/javascript'],
]);

/**
 * Cells of all worksheets in one list; anything that is not understood is left for the reader of format 4 to report.
 */
export function upgradeNotebook(file: JsonObject): JsonObject {
  const sheets = Array.isArray(file.worksheets) ? (file.worksheets as Json[]).filter(isJsonObject) : [];
  const cells = sheets.flatMap((sheet) => (Array.isArray(sheet.cells) ? (sheet.cells as Json[]) : []));
  const { name: _name, signature: _signature, ...metadata } = isJsonObject(file.metadata) ? file.metadata : {};
  return { nbformat: 4, metadata, cells: cells.map((cell) => (isJsonObject(cell) ? upgradeCell(cell) : cell)) };
}

function upgradeCell(cell: JsonObject): JsonObject {
  const metadata = cell.metadata ?? {};
  switch (cell.cell_type) {
    case 'code':
      return {
        cell_type: 'code',
        metadata: { ...(isJsonObject(metadata) ? metadata : {}), ...defined({ collapsed: cell.collapsed }) },
        source: cell.input ?? '',
        execution_count: cell.prompt_number ?? null,
        outputs: Array.isArray(cell.outputs) ? (cell.outputs as Json[]).filter(isJsonObject).map(upgradeOutput) : [],
      };
    case 'heading': {
      const level = typeof cell.level === 'number' ? cell.level : 1;
      const text = Array.isArray(cell.source) ? cell.source.join('') : String(cell.source ?? '');
      return { cell_type: 'markdown', metadata, source: `${'#'.repeat(level)} ${text.replaceAll('\n', ' ')}` };
    }
    case 'html':
      return { cell_type: 'markdown', metadata, source: cell.source ?? '' };
    default:
      return { ...cell, source: cell.source ?? '' };
  }
}

function upgradeOutput(output: JsonObject): JsonObject {
  switch (output.output_type) {
    case 'stream':
      return { output_type: 'stream', name: output.stream ?? 'stdout', text: output.text ?? '' };
    case 'pyerr':
      return {
        output_type: 'error',
        ename: output.ename ?? '',
        evalue: output.evalue ?? '',
        traceback: output.traceback ?? [],
      };
    case 'pyout':
      return {
        output_type: 'execute_result',
        execution_count: output.prompt_number ?? null,
        metadata: withMimes(output.metadata),
        data: bundle(output),
      };
    default:
      return { output_type: 'display_data', metadata: withMimes(output.metadata), data: bundle(output) };
  }
}

/** Everything in the output that does not describe it. */
function bundle({
  output_type: _type,
  prompt_number: _number,
  metadata: _metadata,
  ...values
}: JsonObject): JsonObject {
  const data = withMimes(values);
  const json = data['application/json'];
  return json === undefined ? data : { ...data, 'application/json': parsed(json) };
}

/** Keys are MIME types instead of their short names. */
function withMimes(values: Json | undefined): JsonObject {
  if (!isJsonObject(values)) return {};
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [MIME_OF.get(name) ?? name, value]));
}

/** Format 3 has JSON as text; anything else is left as it is. */
function parsed(value: Json): Json {
  const text = Array.isArray(value) ? value.join('') : value;
  if (typeof text !== 'string') return value;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return value;
  }
}
