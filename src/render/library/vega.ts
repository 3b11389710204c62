/** Vega, Vega-Lite and the script that draws their charts; they draw the specifications of older versions, too. */
import { cdnjs, copied, npm, type Library } from './library.ts';

export const vega: Library = {
  name: 'vega',
  title: 'Vega',
  files: [copied('vega', 'vega/build/vega.min.js')],
  global: 'vega',
  modules: ['vega', 'nbextensions/jupyter-vega/vega'],
  addresses: [npm('vega'), cdnjs('vega')],
  majors: [3, 4, 5, 6],
};

export const vegaLite: Library = {
  name: 'vega-lite',
  title: 'Vega-Lite',
  files: [copied('vega-lite', 'vega-lite/build/vega-lite.min.js')],
  needs: ['vega'],
  global: 'vegaLite',
  modules: ['vega-lite'],
  addresses: [npm('vega-lite'), cdnjs('vega-lite')],
  majors: [2, 3, 4, 5, 6],
};

export const vegaEmbed: Library = {
  name: 'vega-embed',
  title: 'Vega-Embed',
  files: [copied('vega-embed', 'vega-embed/build/vega-embed.min.js')],
  needs: ['vega', 'vega-lite'],
  global: 'vegaEmbed',
  modules: ['vega-embed'],
  addresses: [npm('vega-embed'), cdnjs('vega-embed')],
  majors: [3, 4, 5, 6, 7],
};
