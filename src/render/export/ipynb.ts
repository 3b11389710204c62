/**
 * A run as an executed notebook, nbformat 4.5.
 * Source: https://nbformat.readthedocs.io/en/latest/format_description.html
 */
import type { Json, JsonObject } from '../../domain/text/json.ts';
import type { Cell, Notebook } from '../../domain/notebook/notebook.ts';
import type { Report, ReportCell, ReportOutput } from '../../domain/report/report.ts';
import { isBlobReference } from '../../domain/run/run-blob.ts';
import type { RenderOptions } from '../options.ts';

/** Marks a sentence as Script Runner's own: no cell has shown it, and programs that compare notebooks leave it out. */
const NOTICE: JsonObject = { script_runner: { notice: true } };

/**
 * The text of an `.ipynb` file. `report`: one with `asPrinted`. `notebook`: the script's, before the inputs were
 * inserted.
 */
export function exportNotebook(report: Report, notebook: Notebook, { blob }: Pick<RenderOptions, 'blob'>): string {
  const originals = originalCells(report, notebook);
  const ids = new Set<string>();
  const counts = executionCounts(report);
  const cells = report.cells.map((cell, index) => {
    const original = originals[index];
    const id = validId(original?.id ?? 'injected-parameters', ids);
    const metadata = original?.metadata ?? { tags: ['injected-parameters'] };
    return { cell_type: cell.type, id, metadata, source: cell.source, ...cellContent(cell, counts[index], blob) };
  });
  const metadata = { ...notebook.metadata, ...widgetState(report, blob) };
  return `${JSON.stringify({ cells, metadata, nbformat: 4, nbformat_minor: 5 }, null, 1)}\n`;
}

/** The script's cell for each of the report's; none for the one that carries the inputs. */
function originalCells(report: Report, { cells }: Notebook): readonly (Cell | undefined)[] {
  const added = report.cells.length - cells.length;
  let skipped = 0;
  return report.cells.map(({ injected }, index) => {
    if (!injected) return cells[index - skipped];
    if (added > 0) skipped += 1;
    return undefined;
  });
}

function cellContent(cell: ReportCell, count: number | undefined, blob: RenderOptions['blob']): JsonObject {
  if (cell.type !== 'code') return Object.keys(cell.attachments).length === 0 ? {} : { attachments: cell.attachments };
  return { execution_count: count ?? null, outputs: savedOutputs(cell.outputs, blob) };
}

/** A kernel that died in a cell has not told the cell's count: it is the next one. */
function executionCounts({ cells }: Report): readonly (number | undefined)[] {
  let last = 0;
  return cells.map(({ type, source, state, executionCount }) => {
    const isCutOff = type === 'code' && state === 'error' && source.trim() !== '' && source.isWellFormed();
    const count = executionCount ?? (isCutOff ? last + 1 : undefined);
    last = count ?? last;
    return count;
  });
}

/** What Output widgets contain, as nbclient saves it. Source: the widget state of ipywidgets' `embed` schema. */
function widgetState({ widgets = [] }: Report, blob: RenderOptions['blob']): JsonObject {
  if (widgets.length === 0) return {};
  const state = widgets.map(({ id, content }) => {
    const outputs = savedOutputs(content.outputs, blob);
    const model = {
      model_name: 'OutputModel',
      model_module: '@jupyter-widgets/output',
      model_module_version: '1.0.0',
      state: { outputs },
    };
    return [id, model] as const;
  });
  const saved = { state: Object.fromEntries(state), version_major: 2, version_minor: 0 };
  return { widgets: { 'application/vnd.jupyter.widget-state+json': saved } };
}

function savedOutputs(outputs: readonly ReportOutput[], blob: RenderOptions['blob']): JsonObject[] {
  return outputs.map((output) => savedOutput(output, blob));
}

function savedOutput(output: ReportOutput, blob: RenderOptions['blob']): JsonObject {
  switch (output.type) {
    case 'stream':
      return { output_type: 'stream', name: output.name, text: output.text };
    case 'notice':
      return { output_type: 'display_data', data: { 'text/plain': output.text }, metadata: NOTICE };
    case 'error':
      return { output_type: 'error', ename: output.name, evalue: output.value, traceback: output.traceback };
    case 'display': {
      const { data, metadata, executionCount } = output;
      const values = Object.entries(data).flatMap<[string, Json]>(([mime, value]) => {
        const given = isBlobReference(value) ? blob(value) : value;
        return given === undefined ? [] : [[mime, given]];
      });
      const content = { data: Object.fromEntries(values), metadata };
      return executionCount === undefined
        ? { output_type: 'display_data', ...content }
        : { output_type: 'execute_result', execution_count: executionCount, ...content };
    }
  }
}

/** The format's rule for ids: 1 to 64 letters, digits, `-` and `_`, each once. */
function validId(wanted: string, taken: Set<string>): string {
  const base = wanted.replace(/[^A-Za-z0-9_-]/g, '-').slice(0, 56) || 'cell';
  let id = base;
  for (let number = 2; taken.has(id); number++) id = `${base}-${number}`;
  taken.add(id);
  return id;
}
