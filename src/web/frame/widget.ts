/**
 * The Jupyter widgets of the report: their states come before their views, and are kept until the library needs them.
 */
import type { ShownModels } from '../../domain/report/report.ts';
import { WIDGETS_ID } from '../../render/report-widget-id.ts';
import { WORDS } from '../../render/report-text.ts';
import type { ReportWidgets, WidgetLibrary } from '../widget/host.ts';
import type { Drawing } from './drawer/drawer.ts';
import { plotly } from './drawer/plotly.ts';
import { failureText, noteIn } from './failure.ts';

/** A widget's own script may never finish. */
const PATIENCE_MS = 10_000;

/** The figures that are parts of widgets. */
const figures = new Map<HTMLElement, Drawing>();
let waiting: ShownModels[] = [];
let widgets: ReportWidgets | undefined;

/** Takes the states that a document, or a part of it that came later, has. */
export function readWidgets(root: ParentNode): void {
  const element = root.querySelector(`#${WIDGETS_ID}`);
  if (element === null) return;
  element.remove();
  take(JSON.parse(element.textContent) as ShownModels);
}

/** Of a patch. */
export function changeWidgets(models: ShownModels): void {
  // those of the document are older
  readWidgets(document);
  take(models);
}

/** An import that was not loaded says so by itself, with the server's name. */
function failureOf(error: unknown): string {
  if (error instanceof Error && error.message === WORDS.widgetSlow) return error.message;
  const text = String(error);
  return /Failed to fetch dynamically imported module|error loading dynamically imported/i.test(text)
    ? WORDS.widgetImport
    : (failureText(text) ?? WORDS.scriptMissing);
}

function take(models: ShownModels): void {
  if (widgets === undefined) waiting.push(models);
  else widgets.change(models);
}

/** Draws a view; the library is loaded. Rejects with a sentence for the reader. */
export async function showWidget(place: HTMLElement, id: string): Promise<void> {
  widgets ??= createWidgets();
  readWidgets(document);
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(WORDS.widgetSlow)), PATIENCE_MS);
  const drawn = widgets.show(id, place).catch((error: unknown) => {
    console.error(error);
    throw new Error(WORDS.widgetFailed);
  });
  try {
    await Promise.race([drawn, late.promise]);
    place.querySelector(':scope > .widget-text')?.remove();
    // parts that take too long say so themselves
    await Promise.race([widgets.drawn(), late.promise.catch(() => undefined)]);
  } finally {
    clearTimeout(timer);
  }
}

/** After the theme or the width has changed. */
export async function adaptFigures(act: (drawing: Drawing) => unknown): Promise<void> {
  for (const [element, drawing] of figures) {
    if (element.isConnected) await act(drawing);
    else figures.delete(element);
  }
}

function createWidgets(): ReportWidgets {
  const { reportWidgets } = window as unknown as { reportWidgets: WidgetLibrary };
  const created = reportWidgets.create({
    unknownText: WORDS.widgetUnknown,
    slowText: WORDS.widgetSlow,
    async drawFigure(element, figure) {
      figures.set(element, await plotly.draw(element, figure));
    },
    onFailed: (inside, error) => noteIn(inside, failureOf(error)),
  });
  for (const models of waiting) created.change(models);
  waiting = [];
  return created;
}
