/**
 * `application/vnd.plotly.v1+json`: drawn by the frame with our copy of the library, which it loads when first needed.
 */
import { isJsonObject } from '../../domain/text/json.ts';
import { attributes, scriptJson } from '../html.ts';
import { WORDS } from '../report-text.ts';
import { pixels } from './image.ts';
import type { MimeRenderer } from './renderer.ts';

const USUAL_HEIGHT = 450;

export const plotly: MimeRenderer = {
  kind: 'plotly',
  matches: (mime) => mime === 'application/vnd.plotly.v1+json',
  render: ({ value, options }) => {
    const figure = isJsonObject(value) ? value : {};
    const layout = figure['layout'];
    const height = pixels(isJsonObject(layout) ? layout['height'] : undefined) ?? USUAL_HEIGHT;
    const chart = {
      data: figure['data'] ?? [],
      layout: layout ?? {},
      config: figure['config'] ?? {},
      frames: figure['frames'] ?? [],
    };
    return (
      `<div${attributes({ class: 'plotly-chart', style: `height:${height}px`, role: 'figure', 'aria-label': WORDS.chart, 'data-library': options.asset('plotly.js') })}>` +
      `<script type="application/json">${scriptJson(chart)}</script><noscript>${WORDS.chartNeedsScript}</noscript></div>`
    );
  },
};
