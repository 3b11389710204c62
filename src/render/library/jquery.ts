/** jQuery 3, which folium, DataTables and pages of older notebooks use. */
import { cdnjs, copied, npm, type Library } from './library.ts';

export const jquery: Library = {
  name: 'jquery',
  title: 'jQuery',
  files: [copied('jquery', 'jquery/dist/jquery.min.js')],
  global: 'jQuery',
  modules: ['jquery'],
  addresses: [
    npm('jquery'),
    cdnjs('jquery'),
    /^code\.jquery\.com\/jquery-(?<version>[\d.]+)(?:\.slim)?(?:\.min)?\.js$/,
    /^ajax\.googleapis\.com\/ajax\/libs\/jquery\/(?<version>[^/]*)\/jquery(?:\.min)?\.js$/,
    /^ajax\.aspnetcdn\.com\/ajax\/jQuery\/jquery-(?<version>[\d.]+)(?:\.min)?\.js$/i,
  ],
  majors: [1, 2, 3],
};
