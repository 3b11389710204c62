/** Bootstrap 5, which pages of folium and other libraries load. */
import { cdnjs, copied, npm, type Library } from './library.ts';

export const bootstrap: Library = {
  name: 'bootstrap',
  title: 'Bootstrap',
  files: [
    copied('bootstrap', 'bootstrap/dist/js/bootstrap.bundle.min.js'),
    copied('bootstrap', 'bootstrap/dist/css/bootstrap.min.css'),
  ],
  global: 'bootstrap',
  addresses: [
    npm('bootstrap'),
    cdnjs('(?:twitter-)?bootstrap', '[^?]*'),
    /^(?:maxcdn|netdna|stackpath)\.bootstrapcdn\.com\/bootstrap\/(?<version>[^/]*)\/(?:css|js)\/bootstrap(?:\.min)?\.(?:css|js)$/,
  ],
  majors: [5],
};
