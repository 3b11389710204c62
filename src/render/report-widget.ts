/** The widgets of a report for the browser: those that its views show, whole or what has changed of them. */
import { flatOutputs } from '../domain/report/report-widget.ts';
import type { Report, ReportPatch, ShownModel, ShownModels } from '../domain/report/report.ts';
import { referencesOf, viewedWidget, type WidgetModel, type WidgetModels } from '../domain/report/widget-model.ts';
import { isLink, shapeOf } from '../domain/report/widget-shape.ts';
import { isBlobReference } from '../domain/run/run-blob.ts';
import type { BlobReference, WidgetBuffer } from '../domain/run/run-event.ts';
import type { JsonObject } from '../domain/text/json.ts';
import { attributes, scriptJson } from './html.ts';
import { viewState } from './mime/widget.ts';
import type { RenderOptions } from './options.ts';
import { WIDGETS_ID } from './report-widget-id.ts';

type Blob = RenderOptions['blob'];

const NONE: WidgetModels = new Map();

/** The states for the end of the article; empty for a report without views of widgets. */
export function renderWidgets(report: Report, { blob }: Pick<RenderOptions, 'blob'>): string {
  const models = shownModels(undefined, report, blob);
  if (Object.keys(models).length === 0) return '';
  return `<script${attributes({ type: 'application/json', id: WIDGETS_ID })}>${scriptJson(models)}</script>\n`;
}

/** Nothing, if no widget that is shown has changed. */
export function widgetPatches(before: Report, after: Report, { blob }: Pick<RenderOptions, 'blob'>): ReportPatch[] {
  if (before.models === after.models && before.cells === after.cells) return [];
  const models = shownModels(before, after, blob);
  return Object.keys(models).length === 0 ? [] : [{ type: 'widgets', models }];
}

/** The views that must be drawn anew although their outputs are the same: they can be drawn now, or no longer. */
export function changedViews(before: Report, after: Report): ReadonlySet<string> {
  const { models: old = NONE } = before;
  const { models = NONE } = after;
  if (old === models) return new Set();
  const changed = viewsOf(after).filter(({ widget }) => viewState(widget, old) !== viewState(widget, models));
  return new Set(changed.map(({ id }) => id));
}

/** References that `renderWidgets`, or with `before` `widgetPatches`, resolves. */
export function widgetBlobs(report: Report, before?: Report): readonly BlobReference[] {
  return changesOf(before, report).flatMap(({ state, buffers }) =>
    [...Object.values(state), ...buffers.map(({ data }) => data)].filter(isBlobReference),
  );
}

interface View {
  readonly id: string;
  readonly widget: string;
}

const views = new WeakMap<Report['cells'], readonly View[]>();

/** The views of widgets in a report, also those in Output widgets. */
function viewsOf({ cells }: Report): readonly View[] {
  const known =
    views.get(cells) ??
    cells
      .flatMap(({ outputs }) => flatOutputs(outputs))
      .flatMap((output) => {
        const widget = output.type === 'display' ? viewedWidget(output.data) : undefined;
        return widget === undefined ? [] : [{ id: output.id, widget }];
      });
  views.set(cells, known);
  return known;
}

const needed = new WeakMap<Report, ReadonlySet<string>>();

/** The widgets that can be drawn, with all they consist of, and the links between them that browsers keep. */
function neededWidgets(report: Report): ReadonlySet<string> {
  const known = needed.get(report);
  if (known !== undefined) return known;
  const { models = NONE } = report;
  const found = new Set<string>();
  for (const { widget } of viewsOf(report)) {
    const { parts, problem } = shapeOf(widget, models);
    if (problem === undefined) for (const part of parts) found.add(part);
  }
  const links = found.size === 0 ? [] : [...models].filter(([, model]) => isLink(model));
  for (const [id, model] of links) if (referencesOf(model).every((end) => found.has(end))) found.add(id);
  needed.set(report, found);
  return found;
}

interface Change {
  readonly id: string;
  readonly state: WidgetModel['state'];
  readonly buffers: readonly WidgetBuffer[];
}

/** The values that a reader of `before` does not have; without it, all. */
function changesOf(before: Report | undefined, report: Report): readonly Change[] {
  const { models = NONE } = report;
  const had = before === undefined ? new Set<string>() : neededWidgets(before);
  return [...neededWidgets(report)].flatMap((id): Change[] => {
    const model = models.get(id);
    const old = had.has(id) ? before?.models?.get(id) : undefined;
    if (model === undefined || model === old) return [];
    if (old === undefined) return [{ id, ...model }];
    const state = Object.entries(model.state).filter(([key, value]) => value !== old.state[key]);
    const keys = new Set(model.buffers.filter((buffer) => !old.buffers.includes(buffer)).map(({ path }) => path[0]));
    const isChanged = ({ path }: WidgetBuffer) => keys.has(path[0]) || state.some(([key]) => key === path[0]);
    const whole = [...keys].flatMap((key) =>
      String(key) in model.state ? [[String(key), model.state[String(key)]!] as const] : [],
    );
    return [{ id, state: Object.fromEntries([...state, ...whole]), buffers: model.buffers.filter(isChanged) }];
  });
}

function shownModels(before: Report | undefined, report: Report, blob: Blob): ShownModels {
  return Object.fromEntries(
    changesOf(before, report).map(({ id, state, buffers }): [string, ShownModel] => {
      const values = Object.entries(state).flatMap(([key, stored]) => {
        const value = isBlobReference(stored) ? blob(stored) : stored;
        return value === undefined ? [] : [[key, value] as const];
      });
      const binary = buffers.flatMap(({ path, data: stored }) => {
        const data = isBlobReference(stored) ? blob(stored) : stored;
        return typeof data === 'string' ? [{ path, data }] : [];
      });
      const shown: JsonObject = Object.fromEntries(values);
      return [id, binary.length === 0 ? { state: shown } : { state: shown, buffers: binary }];
    }),
  );
}
