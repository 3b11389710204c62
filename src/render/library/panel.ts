/** Panel: its models are also in the documents of HoloViews and hvPlot. */
import { copied, npm, type Library } from './library.ts';

export const panel: Library = {
  name: 'panel',
  title: 'Panel',
  files: [copied('panel', '@holoviz/panel/dist/panel.js')],
  needs: ['bokeh', 'bokeh-widgets', 'bokeh-tables'],
  addresses: [
    /^cdn\.holoviz\.org\/panel\/(?<version>[^/]+)\/dist\/panel(?:\.min)?\.js$/,
    npm('@holoviz/panel', '/dist/panel(?:\\.min)?\\.js'),
  ],
  majors: [1],
  uses: /"panel\.models\.|\bBokeh\.Panel\b/,
};
