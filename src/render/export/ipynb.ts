/**
 * A run as an executed notebook, nbformat 4.5.
 * Source: https://nbformat.readthedocs.io/en/latest/format_description.html
 */
import { defined } from '../../domain/defined.ts';
import type { Json, JsonObject } from '../../domain/text/json.ts';
import type { Cell, Notebook } from '../../domain/notebook/notebook.ts';
import { attachmentsOf, notebookFile, validId } from '../../domain/notebook/notebook-write.ts';
import type { Report, ReportCell, ReportDisplay, ReportOutput } from '../../domain/report/report.ts';
import { isClosed, kindOf, viewedWidget, WIDGET_VIEW, type WidgetModel } from '../../domain/report/widget-model.ts';
import { widgetText } from '../../domain/report/widget-text.ts';
import { isBlobReference } from '../../domain/run/run-blob.ts';
import type { StoredBundle } from '../../domain/run/run-event.ts';
import type { RenderOptions } from '../options.ts';
import { WORDS } from '../report-text.ts';

/** Marks a sentence as Script Runner's own: no cell has shown it, and programs that compare notebooks leave it out. */
const NOTICE: JsonObject = { script_runner: { notice: true } };

/**
 * The text of an `.ipynb` file, in parts, each made when it is asked for. `report`: one with `asPrinted`. `notebook`:
 * the script's, before the inputs were inserted.
 */
export function exportNotebook(
  report: Report,
  notebook: Notebook,
  { blob }: Pick<RenderOptions, 'blob'>,
): Iterable<string> {
  const saving = { blob, ...defined({ models: report.models }) };
  const originals = originalCells(report, notebook);
  const ids = new Set<string>();
  const counts = executionCounts(report);
  const cells = report.cells.map((cell, index) => {
    const original = originals[index];
    const id = validId(original?.id ?? 'injected-parameters', ids);
    const metadata = original?.metadata ?? { tags: ['injected-parameters'] };
    return { cell_type: cell.type, id, metadata, source: cell.source, ...cellContent(cell, counts[index], saving) };
  });
  const metadata = { ...notebook.metadata, ...widgetState(report, saving) };
  return notebookFile(cells, metadata);
}

/** What outputs are saved with. */
type Saving = Pick<RenderOptions, 'blob' | 'models'>;

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

function cellContent(cell: ReportCell, count: number | undefined, saving: Saving): JsonObject {
  if (cell.type !== 'code') return attachmentsOf(cell);
  return { execution_count: count ?? null, outputs: savedOutputs(cell.outputs, saving) };
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

/** The widgets, and what Output widgets contain. Source: the widget state of ipywidgets' `embed` schema. */
function widgetState({ widgets = [], models = new Map() }: Report, saving: Saving): JsonObject {
  const open = [...models].filter(([, model]) => !isClosed(model));
  const contents = new Map(widgets.map(({ id, content }) => [id, savedOutputs(content.outputs, saving)]));
  const ids = [...contents.keys()].filter((id) => !models.has(id));
  if (open.length === 0 && ids.length === 0) return {};
  const state = [
    ...open.map(([id, model]) => [id, savedModel(model, contents.get(id), saving)] as const),
    // of a report that was stored without states
    ...ids.map((id) => [id, savedModel(OUTPUT, contents.get(id), saving)] as const),
  ];
  const saved = { state: Object.fromEntries(state), version_major: 2, version_minor: 0 };
  return { widgets: { 'application/vnd.jupyter.widget-state+json': saved } };
}

const OUTPUT: WidgetModel = {
  state: {
    _model_name: 'OutputModel',
    _model_module: '@jupyter-widgets/output',
    _model_module_version: '1.0.0',
  },
  buffers: [],
};

function savedModel(model: WidgetModel, outputs: JsonObject[] | undefined, { blob }: Saving): JsonObject {
  const { name, module, version } = kindOf(model);
  const values = savedValues(model.state, blob);
  const buffers = model.buffers.flatMap(({ path, data: stored }): JsonObject[] => {
    const data = isBlobReference(stored) ? blob(stored) : stored;
    return data === undefined ? [] : [{ path: [...path], encoding: 'base64', data }];
  });
  return {
    model_name: name,
    model_module: module,
    model_module_version: version,
    state: outputs === undefined ? values : { ...values, outputs },
    ...(buffers.length === 0 ? {} : { buffers }),
  };
}

function savedValues(stored: StoredBundle, blob: RenderOptions['blob']): JsonObject {
  const values = Object.entries(stored).flatMap<[string, Json]>(([key, value]) => {
    const given = isBlobReference(value) ? blob(value) : value;
    return given === undefined ? [] : [[key, given]];
  });
  return Object.fromEntries(values);
}

function savedOutputs(outputs: readonly ReportOutput[], saving: Saving): JsonObject[] {
  return outputs.map((output) => savedOutput(output, saving));
}

function savedOutput(output: ReportOutput, saving: Saving): JsonObject {
  switch (output.type) {
    case 'stream':
      return { output_type: 'stream', name: output.name, text: output.text };
    case 'notice':
      return { output_type: 'display_data', data: { 'text/plain': output.text }, metadata: NOTICE };
    case 'error':
      return { output_type: 'error', ename: output.name, evalue: output.value, traceback: output.traceback };
    case 'display': {
      const { metadata, executionCount } = output;
      const content = { data: savedData(output, saving), metadata };
      return executionCount === undefined
        ? { output_type: 'display_data', ...content }
        : { output_type: 'execute_result', execution_count: executionCount, ...content };
    }
  }
}

/** A view has the last state of its widget as text; one that was closed is none any more. */
function savedData({ data }: ReportDisplay, { blob, models }: Saving): JsonObject {
  const values = savedValues(data, blob);
  if (Object.keys(values).length === 0 && Object.keys(data).length > 0) return { 'text/plain': WORDS.gone };
  const id = viewedWidget(data);
  const model = id === undefined ? undefined : models?.get(id);
  if (id === undefined || models === undefined || model === undefined) return values;
  const { [WIDGET_VIEW]: _view, ...others } = values;
  if (isClosed(model)) return others;
  const { text } = widgetText(id, models, (stored) => (isBlobReference(stored) ? blob(stored) : stored));
  return text === undefined ? values : { ...values, 'text/plain': text };
}
