/** The views of Jupyter widgets in a run: each shows the last state of its widget as text. */
import { isJsonObject } from '../domain/text/json.ts';
import { showDisplay, type Display } from './output-display.ts';
import { noticeLeft, type OutputSink } from './output-sink.ts';
import { outputWidgets, TEXT_CHARS, widgetText, type WidgetStates } from './widget-text.ts';

const WIDGET_VIEW = 'application/vnd.jupyter.widget-view+json';

/**
 * A view is updated during its cell after this time, then more and more rarely, so that a long progress bar does not
 * use up what a run may show; and once more at the cell's end.
 */
const UPDATE_MS = 500;
const SLOWER = 1.1;
const SLOWEST_MS = 10_000;
/** Views that are updated. */
const VIEWS = 100;
/** Output widgets of one view. */
const OUTPUTS = 100;

const LEFT = {
  views: `Only the first ${VIEWS} controls of a run show their last state. Further ones show the state that they had when they appeared.`,
  outputs: `A control shows the outputs of ${OUTPUTS} Output widgets. It contains more, which are left out.`,
  text: `The text of a control is cut: it has more than ${TEXT_CHARS} characters, or is nested too deeply.`,
} as const;

interface View {
  readonly widget: string;
  readonly cell: number;
  readonly message: Display;
  readonly displayId: string;
  text: string | undefined;
  widgets: readonly string[];
  shownAtMs: number;
  waitMs: number;
}

export interface WidgetViews {
  /** Shows a display, with the state of its widget if it is a view of one. */
  show(sink: OutputSink, cell: number, message: Display): Promise<void>;
  /** The state of a widget has changed: updates views, but not too often. */
  onChange(): Promise<void>;
  /** Updates all views of what has changed. */
  endCell(): Promise<void>;
}

export function createWidgetViews(sink: OutputSink, states: WidgetStates): WidgetViews {
  const views: View[] = [];
  let isStale = false;
  let updatedAtMs = 0;

  /** What a view shows of its widget; notices say what it leaves out. */
  async function read(widget: string, cell: number): Promise<Pick<View, 'text' | 'widgets'>> {
    const { text, isWhole } = widgetText(widget, states);
    const widgets = outputWidgets(widget, states);
    if (!isWhole) await noticeLeft(sink, cell, 'widget', LEFT.text);
    if (widgets.length > OUTPUTS) await noticeLeft(sink, cell, 'widget', LEFT.outputs);
    return { text, widgets: widgets.slice(0, OUTPUTS) };
  }

  async function update(mustAll: boolean): Promise<void> {
    const nowMs = performance.now();
    let isLeft = false;
    for (const view of views) {
      const { text, widgets } = await read(view.widget, view.cell);
      if (text === view.text && String(widgets) === String(view.widgets)) continue;
      if (!mustAll && nowMs - view.shownAtMs < view.waitMs) isLeft = true;
      else {
        const waitMs = Math.min(SLOWEST_MS, view.waitMs * SLOWER);
        Object.assign(view, { text, widgets, shownAtMs: nowMs, waitMs });
        const { data, metadata } = withText(view.message, text);
        await showDisplay(sink, 0, { type: 'update-display', displayId: view.displayId, data, metadata }, widgets);
      }
    }
    isStale = isLeft;
  }

  return {
    async show(to, cell, message) {
      const widget = viewedWidget(message);
      if (widget === undefined || message.type !== 'display') return showDisplay(to, cell, message);
      const { text, widgets } = await read(widget, cell);
      const displayId = message.displayId ?? `widget-view-${views.length}`;
      const times = { shownAtMs: performance.now(), waitMs: UPDATE_MS };
      if (views.length < VIEWS) views.push({ widget, cell, message, displayId, text, widgets, ...times });
      else await noticeLeft(sink, cell, 'widget', LEFT.views);
      return showDisplay(to, cell, { ...withText(message, text), displayId }, widgets);
    },
    async onChange() {
      isStale = true;
      if (views.length === 0 || performance.now() - updatedAtMs < UPDATE_MS) return;
      updatedAtMs = performance.now();
      await update(false);
    },
    async endCell() {
      if (isStale) await update(true);
    },
  };
}

/** The id of the widget that a display is a view of. */
function viewedWidget({ data }: Display): string | undefined {
  const view = data[WIDGET_VIEW];
  const id = isJsonObject(view) ? view['model_id'] : undefined;
  return typeof id === 'string' ? id : undefined;
}

function withText<T extends Display>(message: T, text: string | undefined): T {
  return text === undefined ? message : { ...message, data: { ...message.data, 'text/plain': text } };
}
