/** Apache ECharts, which Panel and pyecharts draw with, from Panel's package. */
import { cdnjs, copied, npm, type Library } from './library.ts';

const BUNDLED = '@holoviz/panel/dist/bundled/echarts';

const charts: Library = {
  name: 'echarts',
  title: 'ECharts',
  files: [copied('echarts', `${BUNDLED}/echarts@6.0.0/dist/echarts.min.js`)],
  global: 'echarts',
  modules: ['echarts'],
  addresses: [
    /^cdn\.holoviz\.org\/panel\/[^/]+\/dist\/bundled\/echarts\/echarts@(?<version>[^/]+)\//,
    /^assets\.pyecharts\.org\/assets\/v(?<version>\d+)\/echarts(?:\.min)?\.js$/,
    npm('echarts', '(?:/dist/echarts[^?]*\\.js|/dist/echarts(?:\\.min)?)?'),
    cdnjs('echarts', 'echarts[^?]*\\.js'),
  ],
  majors: [4, 5, 6],
};

/** Charts in three dimensions. */
const charts3d: Library = {
  name: 'echarts-gl',
  title: 'ECharts GL',
  files: [copied('echarts-gl', `${BUNDLED}/echarts-gl@2.0.9/dist/echarts-gl.min.js`)],
  needs: ['echarts'],
  addresses: [
    /^cdn\.holoviz\.org\/panel\/[^/]+\/dist\/bundled\/echarts\/echarts-gl@(?<version>[^/]+)\//,
    /^assets\.pyecharts\.org\/assets\/v\d+\/echarts-gl(?:\.min)?\.js$/,
    npm('echarts-gl'),
    cdnjs('echarts-gl'),
  ],
  majors: [1, 2],
};

export const echarts: readonly Library[] = [charts3d, charts];
