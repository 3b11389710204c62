/** Which of a bundle's formats is shown: Jupyter's order of preference, among those that can be rendered. */
import { defined } from '../../domain/defined.ts';
import { viewedWidget, type WidgetModels } from '../../domain/report/widget-model.ts';
import type { StoredBundle } from '../../domain/run/run-event.ts';
import { dataResource } from './data-resource.ts';
import { geoJson } from './geo-json.ts';
import { html } from './html.ts';
import { image } from './image.ts';
import { javascript } from './javascript.ts';
import { json, otherJson } from './json.ts';
import { latex } from './latex.ts';
import { markdown } from './markdown.ts';
import { audio, video } from './media.ts';
import { mermaid } from './mermaid.ts';
import { pdf } from './pdf.ts';
import { plotly } from './plotly.ts';
import type { MimeRenderer } from './renderer.ts';
import { svg } from './svg.ts';
import { errorText, otherText, text } from './text.ts';
import { anything, bokeh } from './undrawn.ts';
import { vega } from './vega.ts';
import { isDrawable, widget } from './widget.ts';

/**
 * The most expressive format first; formats that cannot be rendered only if there is no picture. A new MIME type needs
 * its own file and a place here.
 */
const PREFERENCE: readonly MimeRenderer[] = [
  plotly,
  vega,
  geoJson,
  json,
  html,
  markdown,
  latex,
  mermaid,
  svg,
  image,
  video,
  audio,
  pdf,
  dataResource,
  widget,
  javascript,
  bokeh,
  errorText,
  text,
  otherText,
  otherJson,
  anything,
];

export interface Choice {
  readonly mime: string;
  readonly renderer: MimeRenderer;
  /** A format that says more than the one that is shown, and that reports cannot show. */
  readonly undrawn?: string;
}

/** Formats beside text that are not for readers. */
const FOR_PROGRAMS =
  /^application\/(?:vnd\.(?:google\.colaboratory|databricks|vscode|code|ms-|microsoft\.|jupyter\.)|papermill|scrapbook)/;

/**
 * Undefined for an empty bundle. `models`: of the report; a control that can be drawn comes before its picture from
 * when it was displayed.
 */
export function chooseMime(data: StoredBundle, models?: WidgetModels): Choice | undefined {
  const mimes = Object.keys(data);
  const id = models === undefined ? undefined : viewedWidget(data);
  const isDrawn = id !== undefined && models !== undefined && isDrawable(id, models);
  for (const renderer of isDrawn ? [widget, ...PREFERENCE] : PREFERENCE) {
    const mime = mimes.find(renderer.matches);
    if (mime === undefined) continue;
    const undrawn =
      mime === 'text/plain' ? mimes.find((other) => other !== mime && !FOR_PROGRAMS.test(other)) : undefined;
    return { mime, renderer, ...defined({ undrawn }) };
  }
  return undefined;
}

/** The global variable of a library that an earlier output loads and for which this one waits; undefined for none. */
export function neededLibrary(data: StoredBundle): string | undefined {
  return Object.keys(data).some((mime) => /^application\/vnd\.(bokehjs|holoviews)_exec\.v0\+json$/.test(mime))
    ? 'Bokeh'
    : undefined;
}
