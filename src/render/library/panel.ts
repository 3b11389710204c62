/** Panel: its models are also in the documents of HoloViews and hvPlot; its style sheets, and what its tables need. */
import { built, copied, npm, type Library } from './library.ts';

const DIST =
  '^(?:cdn\\.holoviz\\.org/panel/(?<version>[^/]+)|(?:cdn\\.jsdelivr\\.net/npm|unpkg\\.com)/@holoviz/panel@(?<own>[^/]+))/dist';
const TABULATOR = '@holoviz/panel/dist/bundled/datatabulator';

const panel: Library = {
  name: 'panel',
  title: 'Panel',
  files: [copied('panel', '@holoviz/panel/dist/panel.js')],
  needs: ['bokeh', 'bokeh-widgets', 'bokeh-tables', 'panel-style'],
  addresses: [
    /^cdn\.holoviz\.org\/panel\/(?<version>[^/]+)\/dist\/panel(?:\.min)?\.js$/,
    npm('@holoviz/panel', '/dist/panel(?:\\.min)?\\.js'),
  ],
  majors: [1],
  uses: /"panel\.models\.|\bBokeh\.Panel\b/,
};

/** Its documents link to them in the shadow roots of controls. */
const panelStyle: Library = {
  name: 'panel-style',
  title: 'Panel',
  files: [built('panel-style', 'src/web/library/panel-style/main.ts')],
  global: 'reportPanelStyle',
  isOfSheets: true,
  addresses: [new RegExp(`${DIST}/(?:css|bundled/(?:theme|datatabulator|font-awesome))/[^?]*\\.css$`)],
  majors: [1],
};

const luxon: Library = {
  name: 'luxon',
  title: 'Luxon',
  files: [copied('luxon', `${TABULATOR}/luxon/build/global/luxon.min.js`)],
  global: 'luxon',
  needs: ['panel'],
  addresses: [new RegExp(`${DIST}/bundled/datatabulator/luxon/`), npm('luxon')],
  uses: /"panel\.models\.tabulator\./,
};

const tabulator: Library = {
  name: 'tabulator',
  title: 'Tabulator',
  files: [copied('tabulator', `${TABULATOR}/tabulator-tables@6.4.0/dist/js/tabulator.min.js`)],
  global: 'Tabulator',
  needs: ['panel', 'luxon'],
  addresses: [
    new RegExp(`${DIST}/bundled/datatabulator/tabulator-tables[^?]*\\.js$`),
    npm('tabulator-tables', '[^?]*\\.js'),
  ],
  uses: /"panel\.models\.tabulator\./,
};

export const panelLibraries: readonly Library[] = [panelStyle, panel, luxon, tabulator];
