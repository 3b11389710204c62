/** The place of a chart that the frame draws with a library, as renderers of MIME types write it. */
import { attributes, scriptJson } from '../html.ts';
import { WORDS } from '../report-text.ts';

export interface ChartPlace {
  /** Of a drawer of the frame (`src/web/frame/drawer/`). */
  readonly drawer: string;
  /** Names of the libraries that the drawer needs; they are loaded before. */
  readonly libraries: readonly string[];
  /** What the drawer is given. */
  readonly value: unknown;
  /** If it is known: nothing moves when the chart is drawn. */
  readonly heightPx?: number | undefined;
}

export function chartPlace({ drawer, libraries, value, heightPx }: ChartPlace): string {
  const attrs = {
    class: 'report-chart',
    style: heightPx === undefined ? undefined : `height:${String(heightPx)}px`,
    role: 'figure',
    'aria-label': WORDS.chart,
    'data-draw': drawer,
    'data-library': libraries.join(' '),
  };
  return (
    `<div${attributes(attrs)}><script type="application/json">${scriptJson(value)}</script>` +
    `<noscript>${WORDS.chartNeedsScript}</noscript></div>`
  );
}
