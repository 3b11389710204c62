/** The report of a saved notebook, with the outputs in its file: nothing is run. */
import { isJsonObject, isLines, type JsonObject } from '../domain/text/json.ts';
import type { Cell, Notebook } from '../domain/notebook/notebook.ts';
import type { Report } from '../domain/report/report.ts';
import { foldReport, startReport } from '../domain/report/report-fold.ts';
import type { Output, RunEvent } from '../domain/run/run-event.ts';
import { savedWidgets } from './notebook-widget.ts';
import { valueText } from './mime/renderer.ts';

export function savedReport(
  notebook: Notebook,
  options: { readonly title: string; readonly showCode: boolean },
): Report {
  const widgets = savedWidgets(notebook.metadata);
  const inWidgets = [...widgets.outputs].flatMap(([widget, outputs]) =>
    outputs.flatMap((output) => outputEvent(output, 0)).map((event) => ({ ...event, widget })),
  );
  const events: RunEvent[] = notebook.cells.flatMap((cell, index) =>
    cell.type === 'code' ? cellEvents(cell, index) : [],
  );
  events.unshift(...(widgets.event === undefined ? [] : [widgets.event]), ...inWidgets);
  events.push({ type: 'run-finished', outcome: { type: 'succeeded' } });
  return foldReport(
    startReport(notebook, options),
    events.map((event, index) => ({ seq: index + 1, atMs: 0, event })),
  );
}

function cellEvents({ outputs, executionCount }: Cell, cell: number): RunEvent[] {
  const failed = outputs.some((output) => output['output_type'] === 'error');
  return [
    { type: 'cell-started', cell },
    ...outputs.flatMap((output) => outputEvent(output, cell)),
    {
      type: 'cell-finished',
      cell,
      status: failed ? 'error' : 'ok',
      ms: 0,
      ...(executionCount === null ? {} : { executionCount }),
    },
  ];
}

type Captured = Extract<RunEvent, { readonly type: 'output-added' | 'stream-appended' }>;

function outputEvent(saved: JsonObject, cell: number): Captured[] {
  if (saved['output_type'] === 'stream') {
    const name = saved['name'] === 'stderr' ? 'stderr' : 'stdout';
    const text = saved['text'];
    const pieces = isLines(text) ? text : [valueText(text)];
    return pieces.map((piece) => ({ type: 'stream-appended', cell, name, text: piece }));
  }
  const output = savedOutput(saved);
  return output === undefined ? [] : [{ type: 'output-added', cell, output }];
}

/** Undefined for a kind of output that the format does not define. */
function savedOutput(saved: JsonObject): Output | undefined {
  const { data, metadata, traceback, execution_count: count } = saved;
  switch (saved['output_type']) {
    case 'display_data':
    case 'execute_result':
      return {
        type: 'display',
        data: isJsonObject(data) ? data : {},
        metadata: isJsonObject(metadata) ? metadata : {},
        ...(typeof count === 'number' ? { executionCount: count } : {}),
      };
    case 'error':
      return {
        type: 'error',
        name: valueText(saved['ename']),
        value: valueText(saved['evalue']),
        traceback: Array.isArray(traceback) ? traceback.map(valueText) : [],
      };
    default:
      return undefined;
  }
}
