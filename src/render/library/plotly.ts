/** plotly.js: draws the figures of older versions, too. */
import { cdnjs, copied, npm, type Library } from './library.ts';

export const plotly: Library = {
  name: 'plotly',
  title: 'Plotly',
  files: [copied('plotly', 'plotly.js-dist-min/plotly.min.js')],
  global: 'Plotly',
  modules: ['plotly', 'plotlyjs', 'plotly.js'],
  addresses: [
    /^cdn\.plot\.ly\/plotly-(?:[a-z][\w-]*-)?(?:latest|(?<version>\d+\.[\d.]*\d))(?:\.min)?(?:\.js)?$/,
    npm('plotly\\.js(?:-[a-z0-9-]+)?'),
    /^cdn\.holoviz\.org\/panel\/[^/]+\/dist\/bundled\/plotlyplot\/plotly-(?<version>\d+\.[\d.]*\d)\.min\.js$/,
    cdnjs('plotly\\.js'),
  ],
};
