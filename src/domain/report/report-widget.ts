/** What Output widgets contain, and the views that show it. Pure. */
import { addOutput, appendStream, changeCell, clearOutputs, closeDraft, openDraft } from './report-draft.ts';
import type { ReportDraft, WidgetContents } from './report-draft.ts';
import type { Report, ReportCell, ReportDisplay, ReportOutput } from './report.ts';
import type { RunEvent } from '../run/run-event.ts';

/** Views within views, and how many outputs all views of a report show: a widget may contain itself. */
const DEPTH = 5;
const INSIDE = 10_000;
const TOO_DEEP = `What a widget contains more than ${DEPTH} levels deep is not shown.`;
const TOO_MANY = `The rest of this widget is not shown: the widgets of a report may show ${INSIDE} outputs.`;

type Captured = Extract<RunEvent, { type: 'output-added' | 'stream-appended' | 'outputs-cleared' }>;

/** The outputs and, after each view of a widget, those inside it. */
export function flatOutputs(outputs: readonly ReportOutput[]): readonly ReportOutput[] {
  return outputs.flatMap((output) =>
    output.type === 'display' && output.inside !== undefined ? [output, ...flatOutputs(output.inside)] : [output],
  );
}

/** Applies an event whose output belongs to a widget. */
export function applyToWidget(draft: ReportDraft, widget: string, event: Captured): void {
  const contents = (draft.contents ??= openContents(draft.report));
  const at = contents.ids.get(widget) ?? addContent(contents, widget);
  switch (event.type) {
    case 'output-added':
      return addOutput(contents.draft, at, event.output);
    case 'stream-appended':
      return appendStream(contents.draft, at, event.name, event.text);
    case 'outputs-cleared':
      if (event.wait) changeCell(contents.draft, at, { clearing: true });
      else clearOutputs(contents.draft, at);
  }
}

/** The displays of all widgets' contents, to be updated by their ids; undefined if no widget has any. */
export function openWidgets(draft: ReportDraft): ReportDraft | undefined {
  if (draft.report.widgets === undefined && draft.contents === undefined) return undefined;
  return (draft.contents ??= openContents(draft.report)).draft;
}

/** Puts what changed into the views; before the draft is closed. */
export function closeWidgets(draft: ReportDraft, hasNewViews: boolean): void {
  const { contents } = draft;
  if (contents !== undefined) {
    const { cells } = closeDraft(contents.draft, 0);
    const ids = [...contents.ids.keys()];
    draft.report = { ...draft.report, widgets: cells.map((content, at) => ({ id: ids[at]!, content })) };
  }
  if (draft.report.widgets === undefined || (contents === undefined && !hasNewViews)) return;
  const outputsOf = new Map(draft.report.widgets.map(({ id, content }) => [id, content.outputs]));
  const all = { outputsOf, left: INSIDE };
  for (const { index, outputs } of [...draft.cells]) {
    const own = draft.outputs.get(index) ?? outputs;
    if (!own.some(isView)) continue;
    const shown = own.map((output) => (isView(output) ? withInside(output, all, DEPTH) : output));
    if (shown.some((output, at) => output !== own[at])) draft.outputs.set(index, shown);
  }
}

function openContents(report: Report): WidgetContents {
  const widgets = report.widgets ?? [];
  const draft = openDraft({ ...report, cells: widgets.map(({ content }) => content) });
  return { ids: new Map(widgets.map(({ id }, at) => [id, at])), draft };
}

/** A widget is like a cell: things are added, printed and cleared in the same way. */
function addContent({ ids, draft }: WidgetContents, widget: string): number {
  const index = draft.cells.length;
  const cell: ReportCell = {
    index,
    type: 'code',
    source: '',
    attachments: {},
    tags: [],
    metadata: {},
    injected: false,
    state: 'ok',
    outputs: [],
  };
  draft.cells.push(cell);
  ids.set(widget, index);
  return index;
}

function isView(output: ReportOutput): output is ReportDisplay {
  return output.type === 'display' && output.widgets !== undefined;
}

interface Contents {
  readonly outputsOf: ReadonlyMap<string, readonly ReportOutput[]>;
  left: number;
}

function withInside(view: ReportDisplay, contents: Contents, depth: number): ReportDisplay {
  const inside: ReportOutput[] = [];
  for (const widget of view.widgets ?? []) {
    for (const output of contents.outputsOf.get(widget) ?? []) {
      const id = `${view.id}-w${inside.length}`;
      if (contents.left-- <= 0) return { ...view, inside: [...inside, { type: 'notice', id, text: TOO_MANY }] };
      const own = under(output, id);
      inside.push(depth > 0 && isView(own) ? withInside(own, contents, depth - 1) : own);
      if (depth === 0 && isView(own)) inside.push(deepNotice(view, inside.length));
    }
  }
  const { inside: before, ...bare } = view;
  if ((before ?? []).length === inside.length && inside.every((output, at) => output === before?.[at])) return view;
  return inside.length === 0 ? bare : { ...bare, inside };
}

/** The same object each time, so that it counts as unchanged. */
function deepNotice({ id, inside }: ReportDisplay, at: number): ReportOutput {
  const before = inside?.[at];
  return before?.type === 'notice' ? before : { type: 'notice', id: `${id}-w${at}`, text: TOO_DEEP };
}

/** The same output under the id that it has in a view: the same object each time, so that it counts as unchanged. */
const copies = new WeakMap<ReportOutput, ReportOutput>();

function under(output: ReportOutput, id: string): ReportOutput {
  const known = copies.get(output);
  if (known?.id === id) return known;
  const copy = { ...output, id };
  copies.set(output, copy);
  return copy;
}
