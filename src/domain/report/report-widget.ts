/** What Output widgets contain, and the views that show it. Pure. */
import { addOutput, appendStream, changeCell, clearOutputs, closeDraft, openDraft } from './report-draft.ts';
import type { ReportDraft, WidgetContents } from './report-draft.ts';
import type { Report, ReportCell, ReportDisplay, ReportInside, ReportOutput } from './report.ts';
import { changedModel, CLOSED, viewedWidget, type WidgetModels } from './widget-model.ts';
import { isOutput, outputsIn } from './widget-shape.ts';
import type { RunEvent, WidgetChange } from '../run/run-event.ts';

/** Views within views, and how many outputs all views of a report show: a widget may contain itself. */
const DEPTH = 5;
const INSIDE = 10_000;
/** Output widgets of one view. */
const OUTPUTS = 100;
const TOO_DEEP = `What a widget contains more than ${DEPTH} levels deep is not shown.`;
const TOO_MANY = `The rest of this widget is not shown: the widgets of a report may show ${INSIDE} outputs.`;
const TOO_MANY_OUTPUTS = `A control shows the outputs of ${OUTPUTS} Output widgets. It contains more, which are left out.`;

type Captured = Extract<RunEvent, { type: 'output-added' | 'stream-appended' | 'outputs-cleared' }>;

/** The outputs and, after each view of a widget, those inside it. */
export function flatOutputs(outputs: readonly ReportOutput[]): readonly ReportOutput[] {
  return outputs.flatMap((output) =>
    output.type === 'display' && output.inside !== undefined
      ? [output, ...flatOutputs(output.inside.flatMap((each) => each.outputs))]
      : [output],
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

/** Applies new values of widgets' states. Jupyter shows a closed widget no longer. */
export function changeModels(draft: ReportDraft, changes: readonly WidgetChange[]): void {
  const models = (draft.models ??= new Map(draft.report.models));
  for (const change of changes) {
    const isLate = models.get(change.widget)?.isClosed === true && change.state['_model_name'] === undefined;
    if (change.isClosed === true || isLate) models.set(change.widget, CLOSED);
    else models.set(change.widget, changedModel(models.get(change.widget), change));
  }
}

/** Puts what changed into the views; before the draft is closed. */
export function closeWidgets(draft: ReportDraft, hasNewViews: boolean): void {
  const { contents, models } = draft;
  const hasShown = mayShowOutputs(draft.report);
  if (contents !== undefined) {
    const { cells } = closeDraft(contents.draft, 0);
    const ids = [...contents.ids.keys()];
    draft.report = { ...draft.report, widgets: cells.map((content, at) => ({ id: ids[at]!, content })) };
  }
  if (models !== undefined) draft.report = { ...draft.report, models };
  const { report } = draft;
  if ((!hasShown && !mayShowOutputs(report)) || (contents === undefined && models === undefined && !hasNewViews))
    return;
  const outputsOf = new Map(report.widgets?.map(({ id, content }) => [id, content.outputs]));
  const all = { outputsOf, models: report.models ?? new Map(), left: INSIDE };
  for (const { index, outputs } of [...draft.cells]) {
    const own = draft.outputs.get(index) ?? outputs;
    if (!own.some(isView)) continue;
    const shown = own.map((output) => (isView(output) ? withInside(output, all, DEPTH) : output));
    if (shown.some((output, at) => output !== own[at])) draft.outputs.set(index, shown);
  }
}

function mayShowOutputs({ widgets, models }: Report): boolean {
  return widgets !== undefined || (models !== undefined && [...models.values()].some(isOutput));
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
  return output.type === 'display' && isViewOf(output);
}

export function isViewOf({ data, widgets }: Pick<ReportDisplay, 'data' | 'widgets'>): boolean {
  return widgets !== undefined || viewedWidget(data) !== undefined;
}

interface Contents {
  readonly outputsOf: ReadonlyMap<string, readonly ReportOutput[]>;
  readonly models: WidgetModels;
  /** How many outputs all views may still show. */
  left: number;
}

function withInside(view: ReportDisplay, contents: Contents, depth: number): ReportDisplay {
  const all = view.widgets ?? outputsIn(viewedWidget(view.data) ?? '', contents.models);
  const widgets = all.slice(0, OUTPUTS);
  const { inside: before = [], ...bare } = view;
  const inside = widgets.map((widget, at): ReportInside => {
    const id = `${view.id}-w${at}`;
    const isCut = at === OUTPUTS - 1 && all.length > OUTPUTS;
    const outputs = outputsInside(contents.outputsOf.get(widget) ?? [], {
      id,
      before: before[at],
      contents,
      depth,
      isCut,
    });
    return isSame(before[at], { widget, id, outputs }) ? before[at]! : { widget, id, outputs };
  });
  if (before.length === inside.length && inside.every((each, at) => each === before[at])) return view;
  return inside.length === 0 ? bare : { ...bare, inside };
}

function isSame(one: ReportInside | undefined, { widget, outputs }: ReportInside): boolean {
  if (one?.widget !== widget || one.outputs.length !== outputs.length) return false;
  return outputs.every((output, at) => output === one.outputs[at]);
}

interface Place {
  readonly id: string;
  readonly before: ReportInside | undefined;
  readonly contents: Contents;
  readonly depth: number;
  /** More Output widgets follow, which are left out. */
  readonly isCut: boolean;
}

function outputsInside(
  outputs: readonly ReportOutput[],
  { id, before, contents, depth, isCut }: Place,
): ReportOutput[] {
  const inside: ReportOutput[] = [];
  const notice = (text: string) => {
    const known = before?.outputs[inside.length];
    inside.push(
      known?.type === 'notice' && known.text === text ? known : { type: 'notice', id: `${id}-o${inside.length}`, text },
    );
  };
  for (const output of outputs) {
    if (contents.left-- <= 0) {
      notice(TOO_MANY);
      return inside;
    }
    const copy = under(output, `${id}-o${inside.length}`);
    // as it was shown before, if it is the same
    const last = before?.outputs[inside.length];
    const own = last !== undefined && origins.get(last) === copy ? last : copy;
    const shown = depth > 0 && isView(own) ? withInside(own, contents, depth - 1) : own;
    origins.set(shown, copy);
    inside.push(shown);
    if (depth === 0 && isView(own)) notice(TOO_DEEP);
  }
  if (isCut) notice(TOO_MANY_OUTPUTS);
  return inside;
}

/** Of an output that shows others: itself without them. */
const origins = new WeakMap<ReportOutput, ReportOutput>();

/** The same object each time for each id, so that it counts as unchanged. */
const copies = new WeakMap<ReportOutput, Map<string, ReportOutput>>();

/** The same output under the id that it has in a view. */
function under(output: ReportOutput, id: string): ReportOutput {
  const known = copies.get(output) ?? new Map<string, ReportOutput>();
  copies.set(output, known);
  const copy = known.get(id) ?? { ...output, id };
  known.set(id, copy);
  return copy;
}
