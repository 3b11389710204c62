/**
 * Frames in outputs. Pages of other servers are not embedded: a sentence stands in their place. The content of a frame
 * that the output brings with it is shown, and watched by a script of ours.
 */
import { readDataAddress } from './data-address.ts';
import { frameSentence } from './frame-sentence.ts';
import { WATCH_SCRIPT } from './frame-watch.ts';
import { attributes, escapeHtml, type HtmlMapping } from './html.ts';
import { withMapStatements } from './html-map-script.ts';
import { attributeText, mapTags, writtenAttributes } from './html-tag.ts';
import { WORDS } from './report-text.ts';

type Given = Readonly<Record<string, string>>;
type MapTag = NonNullable<HtmlMapping['mapTag']>;

/** Frames within more frames than this are shown without being watched. */
const DEEPEST = 3;
/** The address of a library's file in a downloaded report. */
const IN_FILE = '="#library-';
/** Of the place that a blocked frame would take nothing remains. */
const OF_PLACE = new Set(['src', 'style', 'width', 'height', 'loading']);

/** The opening tag of an `iframe`; attributes as they are written. Undefined: it stays as it is. */
export function frameTag(given: Given, mapTag: MapTag, depth = 0): string | undefined {
  const { src, srcdoc } = given;
  if (srcdoc !== undefined) return withContent(given, attributeText(srcdoc), mapTag, depth);
  const address = attributeText(src ?? '').trim();
  if (address === '' || /^(?:about|javascript):/i.test(address)) return undefined;
  const page = pageOf(address);
  if (page !== undefined) return withContent(given, page, mapTag, depth);
  const rest = Object.entries(given).filter(([name]) => !OF_PLACE.has(name));
  return `${sentence(address)}<iframe hidden${writtenAttributes(Object.fromEntries(rest))}>`;
}

/** A frame whose content is this document. */
export function frameOf(html: string, mapTag: MapTag, given: Given = {}): string {
  return `${withContent(given, html, mapTag, 0)}</iframe>`;
}

function withContent(given: Given, html: string, mapTag: MapTag, depth: number): string {
  const { src: _src, srcdoc: _srcdoc, ...rest } = given;
  const inside =
    depth >= DEEPEST
      ? html
      : WATCH_SCRIPT +
        mapTags(withMapStatements(html), (name, own) =>
          name === 'iframe' ? frameTag(own, mapTag, depth + 1) : mapTag(name, own),
        );
  // in a file, the report's script puts in the libraries first
  const name = inside.includes(IN_FILE) ? 'data-srcdoc' : 'srcdoc';
  return `<iframe${writtenAttributes(rest)}${attributes({ [name]: inside })}>`;
}

/** The document in a `data:` address; undefined for anything else. */
function pageOf(address: string): string | undefined {
  if (!/^data:text\/(?:html|plain)[;,]/i.test(address)) return undefined;
  const data = readDataAddress(address);
  if (data === undefined) return undefined;
  const text = new TextDecoder().decode(data.bytes);
  return /^text\/html/i.test(data.type) ? text : `<pre>${escapeHtml(text)}</pre>`;
}

function sentence(address: string): string {
  const { text, href } = frameSentence(address);
  const link =
    href === undefined
      ? ''
      : ` <a${attributes({ href, target: '_blank', rel: 'noopener noreferrer' })}>${WORDS.framePageOpen}</a>`;
  return `<span class="note blocked">${escapeHtml(text)}${link}</span>`;
}
