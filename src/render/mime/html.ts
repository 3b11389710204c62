/**
 * `text/html`: tables, styled frames, and the output of libraries with their own scripts. In a frame of its own if its
 * metadata says `isolated`.
 */
import { HEIGHT_SCRIPT } from '../frame-watch.ts';
import { containHtml } from '../html.ts';
import { reportMapping } from '../html-address.ts';
import { frameOf } from '../html-frame.ts';
import { planScript } from '../library/library-tag.ts';
import { WORDS } from '../report-text.ts';
import { withoutDoctype } from '../xml-entity.ts';
import { formulasInHtml } from '../math/math-html.ts';
import { textOf, type MimeRenderer } from './renderer.ts';

export const html: MimeRenderer = {
  kind: 'html',
  matches: (mime) => mime === 'text/html',
  render: ({ value, options, math, isIsolated }) => {
    const mapping = reportMapping(options.files);
    if (isIsolated)
      return frameOf(HEIGHT_SCRIPT + textOf(value), mapping.mapTag, { class: 'isolated', title: WORDS.output });
    return containHtml(formulasInHtml(withoutDoctype(textOf(value)), math), {
      mapScript: planScript,
      ...mapping,
    });
  },
};
