/**
 * `text/html`: tables, styled frames, and the output of libraries with their own scripts. In a frame of its own if its
 * metadata says `isolated`, or if it is a whole page with its own styles.
 */
import { BoundError } from '../bound-error.ts';
import { HEIGHT_SCRIPT } from '../frame-watch.ts';
import { containHtml } from '../html.ts';
import { reportMapping } from '../html-address.ts';
import { frameOf } from '../html-frame.ts';
import { librariesIn } from '../library/library-text.ts';
import { planScript } from '../library/library-tag.ts';
import { WORDS } from '../report-text.ts';
import { withoutDoctype } from '../xml-entity.ts';
import { formulasInHtml } from '../math/math-html.ts';
import { valueText, type MimeRenderer } from './renderer.ts';

/** Browsers take minutes to show more. */
const MOST_CHARS = 60_000_000;

/** The styles of a whole page, which would hold for the whole report. */
const STYLED = /<style\b|<link\b[^>]*\bstylesheet|<body\b[^>]*\s(?:style|bgcolor|background|class)\s*=/i;

export const html: MimeRenderer = {
  kind: 'html',
  matches: (mime) => mime === 'text/html',
  render: ({ value, options, math, isIsolated }) => {
    const mapping = reportMapping(options);
    const source = valueText(value);
    if (source.length > MOST_CHARS) throw new BoundError(WORDS.tooLong(MOST_CHARS));
    const isPage = beginsAsPage(source) && STYLED.test(source);
    if ((isIsolated || isPage) && options.withoutFrames !== true) {
      const name = isPage ? 'isolated page' : 'isolated';
      return frameOf(HEIGHT_SCRIPT + source, mapping.mapInner, { class: name, title: WORDS.output });
    }
    return containHtml(formulasInHtml(withoutDoctype(source), math), {
      mapScript: planScript,
      librariesIn,
      ...mapping,
    });
  },
};

const DOCTYPE = /<!doctype html\b[^>]*>/iy;
const FIRST_TAG = /<(?:html|head|body)\b/iy;
const MOST_COMMENTS = 20;

/** Behind white space, comments and a document type stands the tag of a whole page. */
function beginsAsPage(html: string): boolean {
  let at = 0;
  const skip = (pattern: RegExp) => {
    pattern.lastIndex = at;
    if (pattern.test(html)) at = pattern.lastIndex;
  };
  for (let comments = 0; comments <= MOST_COMMENTS; comments += 1) {
    skip(/[\ufeff\s]+/y);
    skip(DOCTYPE);
    skip(/\s+/y);
    if (!html.startsWith('<!--', at)) break;
    const end = html.indexOf('-->', at);
    if (end === -1) return false;
    at = end + 3;
  }
  FIRST_TAG.lastIndex = at;
  return FIRST_TAG.test(html);
}
