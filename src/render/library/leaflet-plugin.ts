/** Plugins of Leaflet that folium's maps load. */
import { cdnjs, copied, npm, type Library } from './library.ts';

const leafletFullscreen: Library = {
  name: 'leaflet-fullscreen',
  title: 'leaflet.fullscreen',
  files: [
    copied('leaflet-fullscreen', 'leaflet.fullscreen/Control.FullScreen.js'),
    copied('leaflet-fullscreen', 'leaflet.fullscreen/Control.FullScreen.css'),
  ],
  needs: ['leaflet'],
  addresses: [npm('leaflet\\.fullscreen'), cdnjs('leaflet\\.fullscreen', '[^?]*')],
  majors: [1, 2, 3],
};

const leafletMinimap: Library = {
  name: 'leaflet-minimap',
  title: 'Leaflet.MiniMap',
  files: [
    copied('leaflet-minimap', 'leaflet-minimap/dist/Control.MiniMap.min.js'),
    copied('leaflet-minimap', 'leaflet-minimap/dist/Control.MiniMap.min.css'),
  ],
  needs: ['leaflet'],
  addresses: [npm('leaflet-minimap'), cdnjs('leaflet-minimap', '[^?]*')],
  majors: [2, 3],
};

const leafletDraw: Library = {
  name: 'leaflet-draw',
  title: 'Leaflet.draw',
  files: [
    copied('leaflet-draw', 'leaflet-draw/dist/leaflet.draw.js'),
    copied('leaflet-draw', 'leaflet-draw/dist/leaflet.draw.css'),
  ],
  needs: ['leaflet'],
  addresses: [npm('leaflet-draw'), cdnjs('leaflet\\.draw', '[^?]*')],
  majors: [0, 1],
};

const leafletAntPath: Library = {
  name: 'leaflet-ant-path',
  title: 'Leaflet Ant Path',
  files: [copied('leaflet-ant-path', 'leaflet-ant-path/dist/leaflet-ant-path.js')],
  needs: ['leaflet'],
  addresses: [npm('leaflet-ant-path')],
  majors: [1],
};

const leafletTimeDimension: Library = {
  name: 'leaflet-timedimension',
  title: 'Leaflet.TimeDimension',
  files: [
    copied('leaflet-timedimension', 'leaflet-timedimension/dist/leaflet.timedimension.min.js'),
    copied('leaflet-timedimension', 'leaflet-timedimension/dist/leaflet.timedimension.control.min.css'),
    copied('leaflet-timedimension', '../src/web/library/leaflet-timedimension-icon.css'),
  ],
  needs: ['leaflet', 'iso8601-period', 'font-awesome'],
  addresses: [npm('leaflet-timedimension')],
  majors: [1],
};

const iso8601Period: Library = {
  name: 'iso8601-period',
  title: 'iso8601-js-period',
  files: [copied('iso8601-period', 'iso8601-js-period/iso8601.js')],
  addresses: [npm('iso8601-js-period')],
  majors: [0],
};

const moment: Library = {
  name: 'moment',
  title: 'Moment.js',
  files: [copied('moment', 'moment/min/moment.min.js')],
  global: 'moment',
  modules: ['moment'],
  addresses: [npm('moment'), cdnjs('moment\\.js')],
  majors: [2],
};

const jqueryUi: Library = {
  name: 'jquery-ui',
  title: 'jQuery UI',
  files: [
    copied('jquery-ui', 'jquery-ui-dist/jquery-ui.min.js'),
    copied('jquery-ui', 'jquery-ui-dist/jquery-ui.min.css'),
  ],
  needs: ['jquery'],
  addresses: [
    npm('jquery-ui-dist'),
    cdnjs('jqueryui', '[^?]*'),
    /^(?:code\.jquery\.com\/ui|ajax\.googleapis\.com\/ajax\/libs\/jqueryui)\/(?<version>[^/]*)\/[^?]*jquery-ui(?:\.min)?\.(?:js|css)$/,
  ],
  majors: [1],
};

/** Of the descriptions of steps in time, which hardly have code. */
const highlightStyle: Library = {
  name: 'highlight-style',
  title: 'highlight.js',
  files: [copied('highlight-style', 'highlight.js/styles/default.min.css')],
  addresses: [cdnjs('highlight\\.js', 'styles/default(?:\\.min)?\\.css')],
};

export const leafletPlugins: readonly Library[] = [
  leafletFullscreen,
  leafletMinimap,
  leafletDraw,
  leafletAntPath,
  iso8601Period,
  leafletTimeDimension,
  moment,
  jqueryUi,
  highlightStyle,
];
