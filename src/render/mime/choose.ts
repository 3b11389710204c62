/** Which of a bundle's representations is shown: Jupyter's order of preference, where it can be drawn. */
import type { StoredBundle } from '../../domain/run/run-event.ts';
import { html } from './html.ts';
import { image } from './image.ts';
import { javascript } from './javascript.ts';
import { json, otherJson } from './json.ts';
import { latex } from './latex.ts';
import { markdown } from './markdown.ts';
import { plotly } from './plotly.ts';
import type { MimeRenderer } from './renderer.ts';
import { svg } from './svg.ts';
import { otherText, text } from './text.ts';
import { anything, bokeh, vega, widget } from './undrawn.ts';

/**
 * First the one that shows most; what cannot be drawn only where no picture came with it. A new MIME type: a file of
 * its own, and a place here.
 */
const PREFERENCE: readonly MimeRenderer[] = [
  plotly,
  bokeh,
  json,
  html,
  markdown,
  latex,
  svg,
  image,
  vega,
  widget,
  javascript,
  text,
  otherText,
  otherJson,
  anything,
];

export interface Choice {
  readonly mime: string;
  readonly renderer: MimeRenderer;
}

/** Undefined for an empty bundle. */
export function chooseMime(data: StoredBundle): Choice | undefined {
  const mimes = Object.keys(data);
  for (const renderer of PREFERENCE) {
    const mime = mimes.find(renderer.matches);
    if (mime !== undefined) return { mime, renderer };
  }
  return undefined;
}
