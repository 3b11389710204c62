/** D3 3, with which branca draws the scales of folium's and GeoPandas' maps. */
import { cdnjs, copied, npm, type Library } from './library.ts';

export const d3: Library = {
  name: 'd3-v3',
  title: 'D3',
  files: [copied('d3-v3', 'd3-v3/d3.min.js')],
  global: 'd3',
  addresses: [npm('d3', '(?:/[^?]*\\.js)?'), cdnjs('d3'), /^d3js\.org\/d3\.v(?<version>\d+)(?:\.min)?\.js$/],
  majors: [3],
};
