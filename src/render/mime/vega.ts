/** The types of Vega and Vega-Lite, all versions: drawn by the frame. */
import { isJsonObject, type Json } from '../../domain/text/json.ts';
import { BoundError } from '../bound-error.ts';
import { WORDS } from '../report-text.ts';
import { chartPlace } from './chart.ts';
import type { MimeRenderer } from './renderer.ts';

/** Altair 6 sends the type of Vega-Lite with `.json`. */
const MIME = /^application\/vnd\.(vega|vegalite)\.v(\d+)(?:\.|\+)json$/;
/** In all data of one chart; more take browsers minutes, or their memory. */
const MOST_ROWS = 200_000;

export const vega: MimeRenderer = {
  kind: 'vega',
  matches: (mime) => MIME.test(mime),
  render: ({ mime, value, metadata }) => {
    const [, language = '', version = ''] = MIME.exec(mime) ?? [];
    const rows = rowsOf(value);
    if (rows > MOST_ROWS) throw new BoundError(WORDS.chartTooLarge(rows, MOST_ROWS));
    return chartPlace({
      drawer: 'vega',
      libraries: ['vega-embed'],
      value: {
        mode: language === 'vega' ? 'vega' : 'vega-lite',
        version: Number(version),
        spec: value,
        options: metadata['embed_options'] ?? {},
      },
    });
  },
};

/** The longest list of the data that a specification contains, in its parts, too. */
function rowsOf(spec: Json): number {
  if (!isJsonObject(spec)) return 0;
  const { datasets, data, values, ...parts } = spec;
  const own = [values, ...(isJsonObject(datasets) ? Object.values(datasets) : [])];
  const inside = [...(Array.isArray(data) ? data : [data]), ...partsOf(parts)].map((part) =>
    part === undefined ? 0 : rowsOf(part),
  );
  return own.reduce<number>((sum, list) => sum + (Array.isArray(list) ? list.length : 0), 0) + Math.max(0, ...inside);
}

function partsOf(parts: Readonly<Record<string, Json>>): readonly Json[] {
  return ['layer', 'hconcat', 'vconcat', 'concat', 'spec'].flatMap((name) => {
    const part = parts[name];
    return Array.isArray(part) ? part : part === undefined ? [] : [part];
  });
}
