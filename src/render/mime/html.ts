/** `text/html`: tables, styled frames, and the output of libraries with their own scripts. */
import { containHtml } from '../html.ts';
import { reportMapping } from '../html-address.ts';
import { libraryAsset } from '../library.ts';
import { withoutDoctype } from '../xml-entity.ts';
import { formulasInHtml } from '../math/math-html.ts';
import { textOf, type MimeRenderer } from './renderer.ts';

export const html: MimeRenderer = {
  kind: 'html',
  matches: (mime) => mime === 'text/html',
  render: ({ value, options, math }) =>
    containHtml(formulasInHtml(withoutDoctype(textOf(value)), math), {
      mapScript: (src) => libraryAsset(src, options),
      ...reportMapping(options.files),
    }),
};
