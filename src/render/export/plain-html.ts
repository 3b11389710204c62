/**
 * HTML for converters: what a converter understands, and nothing else. Only known elements and attributes pass, so that
 * nothing of an author's HTML can make a converter read a file or an address.
 */
import { Parser } from 'htmlparser2';
import { PAGE_WIDTH_PX } from '../../domain/report/document-writer.ts';
import { attributes, escapeHtml } from '../html.ts';

const KEPT = new Set(
  (
    'a abbr b blockquote br caption cite code dd del dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins ' +
    'kbd li mark ol p pre q s samp section small span strong sub sup table tbody td tfoot th thead tr u ul var'
  ).split(' '),
);
const DROPPED = new Set(
  'audio button canvas embed head iframe link meta noscript object script select source style summary svg template textarea title track video'.split(
    ' ',
  ),
);
const VOID = new Set(['br', 'hr', 'img', 'input', 'link', 'meta', 'source', 'track', 'embed']);
const ATTRIBUTES = new Set(['alt', 'colspan', 'height', 'id', 'rowspan', 'start', 'title', 'width']);
const TABLE = new Set(['table', 'tbody', 'td', 'tfoot', 'th', 'thead', 'tr']);
const LINK = /^(?:https?:|mailto:|#)/i;
const PICTURE = /^data:image\/(?:png|jpe?g|gif|svg\+xml|webp|bmp)[;,]/i;

export interface PlainOptions {
  /** Of the code blocks of cells. */
  readonly language: string;
  /** Whether the code of cells is part of the document. */
  readonly showCode: boolean;
}

type Given = Readonly<Record<string, string>>;

/** Of a rendered report. */
export function plainHtml(html: string, { language, showCode }: PlainOptions): string {
  const out: string[] = [];
  /** For each open element: what its end tag becomes. */
  const ends: string[] = [];
  let depth = 0;
  /** Depth of the element whose content is left out. */
  let droppedFrom = Infinity;
  let preFrom = Infinity;
  let formula: { readonly from: number; readonly display: boolean; tex: string; isTex: boolean } | undefined;
  let displayFrom = Infinity;

  function open(name: string, given: Given): string {
    const classes = ` ${given['class'] ?? ''} `;
    const has = (word: string) => classes.includes(` ${word} `);
    if (has('katex-display')) displayFrom = Math.min(displayFrom, depth);
    if (has('katex')) formula = { from: depth, display: depth >= displayFrom, tex: '', isTex: false };
    else if (name === 'input' && given['type'] === 'checkbox') out.push('checked' in given ? '☑ ' : '☐ ');
    else if ((name === 'p' || name === 'summary') && has('markdown-alert-title'))
      return start('<p><strong>', '</strong></p>');
    else if ((name === 'div' || name === 'details') && has('markdown-alert')) return tag('blockquote', {});
    else if (DROPPED.has(name) || has('footnote-backref') || (!showCode && isCode(has))) droppedFrom = depth;
    else if (name === 'details') return tag('div', {});
    else if (depth > preFrom) return '';
    else if (name === 'pre') {
      preFrom = depth;
      return start(`<pre${has('code-block') ? attributes({ class: language }) : ''}><code>`, '</code></pre>');
    } else if (name === 'img') return image(given);
    else if (name === 'a') return LINK.test(given['href'] ?? '') ? tag('a', given, { href: given['href'] ?? '' }) : '';
    else if (KEPT.has(name)) return tag(name, given);
    return '';
  }

  function image(given: Given): string {
    const { src = '', width, height, ...rest } = given;
    if (PICTURE.test(src)) return tag('img', { ...rest, ...pictureSize(width, height) }, { src });
    out.push(escapeHtml(given['alt'] ?? ''));
    return '';
  }

  function tag(name: string, given: Given, more: Given = {}): string {
    return start(`<${name}${keptAttributes(name, given)}${attributes(more)}>`, VOID.has(name) ? '' : `</${name}>`);
  }

  function start(text: string, end: string): string {
    out.push(text);
    return end;
  }

  const parser = new Parser(
    {
      onopentag(name, given) {
        depth += 1;
        if (formula !== undefined) formula.isTex = name === 'annotation';
        ends.push(depth > droppedFrom || formula !== undefined ? '' : open(name, given));
      },
      onclosetag() {
        if (formula?.from === depth) {
          out.push(formulaScript(formula));
          formula = undefined;
        } else if (formula !== undefined) formula.isTex = false;
        out.push(ends.pop() ?? '');
        if (droppedFrom === depth) droppedFrom = Infinity;
        if (preFrom === depth) preFrom = Infinity;
        if (displayFrom === depth) displayFrom = Infinity;
        depth -= 1;
      },
      ontext(text) {
        if (depth >= droppedFrom) return;
        if (formula === undefined) out.push(escapeHtml(text));
        else if (formula.isTex) formula.tex += text;
      },
    },
    { decodeEntities: true, lowerCaseTags: true, recognizeSelfClosing: false },
  );
  parser.end(html);
  return out.join('');
}

function isCode(has: (word: string) => boolean): boolean {
  return (has('code') && !has('wanted')) || has('inputs');
}

/** Wide pictures take the width of a page, and no more. */
function pictureSize(width: string | undefined, height: string | undefined): Given {
  if (Number.parseFloat(width ?? '') > PAGE_WIDTH_PX) return { width: '100%' };
  return { ...(width === undefined ? {} : { width }), ...(height === undefined ? {} : { height }) };
}

/** Ids of table cells are those of styles. */
function keptAttributes(name: string, given: Given): string {
  const isKept = (key: string) => ATTRIBUTES.has(key) && (key !== 'id' || !TABLE.has(name));
  return attributes(Object.fromEntries(Object.entries(given).filter(([key]) => isKept(key))));
}

/** As MathJax reads them; converters make formulas of their own format from it. */
function formulaScript({ display, tex }: { readonly display: boolean; readonly tex: string }): string {
  // TeX ignores the blank
  return `<script type="math/tex${display ? '; mode=display' : ''}">${tex.replaceAll('</', '< /')}</script>`;
}
