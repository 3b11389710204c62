/** `application/vnd.plotly.v1+json`: drawn by the frame. */
import { isJsonObject } from '../../domain/text/json.ts';
import { WORDS } from '../report-text.ts';
import { chartPlace } from './chart.ts';
import { pixels } from './image.ts';
import { parsedJson } from './json-value.ts';
import type { MimeRenderer } from './renderer.ts';
import { explained } from './undrawn.ts';

const USUAL_HEIGHT = 450;

export const plotly: MimeRenderer = {
  kind: 'plotly',
  matches: (mime) => mime === 'application/vnd.plotly.v1+json',
  render: (output) => {
    const figure = parsedJson(output.value);
    if (!isJsonObject(figure)) return explained(WORDS.notAsNamed('Plotly'), output);
    const layout = figure['layout'];
    return chartPlace({
      drawer: 'plotly',
      libraries: ['plotly'],
      heightPx: pixels(isJsonObject(layout) ? layout['height'] : undefined) ?? USUAL_HEIGHT,
      value: {
        data: figure['data'] ?? [],
        layout: layout ?? {},
        config: figure['config'] ?? {},
        frames: figure['frames'] ?? [],
      },
    });
  },
};
