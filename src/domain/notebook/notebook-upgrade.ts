/**
 * Upgrades notebook files of format 2 and 3 to format 4. Source:
 * https://nbformat.readthedocs.io/en/latest/changelog.html and the rules of nbformat's own converters.
 */
import { isJsonObject, type Json, type JsonObject } from '../text/json.ts';

const MIME_OF: Readonly<Record<string, string>> = {
  text: 'text/plain',
  html: 'text/html',
  svg: 'image/svg+xml',
  png: 'image/png',
  jpeg: 'image/jpeg',
  latex: 'text/latex',
  json: 'application/json',
  javascript: 'application/javascript',
};

/**
 * Cells of all worksheets in one list; anything that is not understood is left for the reader of format 4 to report.
 */
export function upgradeNotebook(file: JsonObject): JsonObject {
  const sheets = Array.isArray(file.worksheets) ? (file.worksheets as Json[]).filter(isJsonObject) : [];
  const cells = sheets.flatMap((sheet) => (Array.isArray(sheet.cells) ? (sheet.cells as Json[]) : []));
  const metadata = isJsonObject(file.metadata) ? file.metadata : {};
  return { nbformat: 4, metadata, cells: cells.map((cell) => (isJsonObject(cell) ? upgradeCell(cell) : cell)) };
}

function upgradeCell(cell: JsonObject): JsonObject {
  const metadata = cell.metadata ?? {};
  switch (cell.cell_type) {
    case 'code':
      return {
        cell_type: 'code',
        metadata,
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
        metadata: output.metadata ?? {},
        data: bundle(output),
      };
    default:
      return { output_type: 'display_data', metadata: output.metadata ?? {}, data: bundle(output) };
  }
}

function bundle(output: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(MIME_OF).flatMap(([short, mime]) => {
      const value = output[short] ?? output[mime];
      return value === undefined ? [] : [[mime, value]];
    }),
  );
}
