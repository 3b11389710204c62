/** Icon fonts: Font Awesome, with the names of its versions 4 and 5, and Bootstrap's glyphs in the same font. */
import { cdnjs, copied, npm, type Library } from './library.ts';

export const fontAwesome: Library = {
  name: 'font-awesome',
  title: 'Font Awesome',
  files: [copied('font-awesome', '@fortawesome/fontawesome-free/css/all.min.css')],
  addresses: [
    npm('(?:@fortawesome/fontawesome-free|font-awesome)', '/[^?]*\\.css'),
    cdnjs('font-awesome', '[^?]*\\.css'),
    /^(?:maxcdn|netdna|stackpath)\.bootstrapcdn\.com\/font-awesome\/(?<version>[^/]*)\/css\/[^?]*\.css$/,
    /^use\.fontawesome\.com\/releases\/v(?<version>[^/]*)\/css\/[^?]*\.css$/,
  ],
  majors: [4, 5, 6],
};

export const glyphicons: Library = {
  name: 'glyphicons',
  title: 'Glyphicons',
  files: [copied('glyphicons', '../src/web/library/glyphicons.css')],
  needs: ['font-awesome'],
  addresses: [/^(?:netdna|maxcdn)\.bootstrapcdn\.com\/bootstrap\/(?<version>3[^/]*)\/css\/bootstrap-glyphicons\.css$/],
};
