/**
 * Figures, pictures and tables as MyST's directives write them, and its targets: `:::{figure} sales.png` with the lines
 * `:name: sales`, `:alt:`, `:width:` and a caption; `(label)=` before a heading or a figure.
 * Sources: https://mystmd.org/guide/figures, https://mystmd.org/guide/cross-references
 */
import type { MarkdownIt, Token } from 'markdown-it';
import { attributes } from './html.ts';
import { infoOf, type DivInfo } from './markdown-div.ts';
import type { References } from './report-reference.ts';

type StateCore = Parameters<Parameters<MarkdownIt['core']['ruler']['push']>[1]>[0];

export const FIGURES: readonly string[] = ['figure', 'image', 'table'];
const TARGET = /^\(([^()\s][^()\n]{0,199})\)=[ \t]*$/;
const SIZE = /^\d{1,4}(?:px|%|em|rem)?$/;

/** To be used after the plugin for blocks. */
export function figurePlugin(parser: MarkdownIt): void {
  parser.block.ruler.before('reference', 'target', (state, line, _end, silent) => {
    const at = (state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0);
    const [, label] = TARGET.exec(state.src.slice(at, Math.min(state.eMarks[line] ?? at, at + 220))) ?? [];
    if (label === undefined) return false;
    if (!silent) {
      const token = pushHtml(state.push('look_html', '', 0), `<span${attributes({ id: label.trim() })}></span>\n`);
      token.meta = { target: label.trim() };
    }
    state.line = line + 1;
    return true;
  });
  parser.core.ruler.before('div_look', 'figures', (state) => {
    if (state.tokens.some(isFigure)) state.tokens = drawn(state);
  });
  parser.core.ruler.after('inline', 'empty_links', fillLinks);
}

function isFigure(token: Token): boolean {
  return token.type === 'div_open' && FIGURES.includes(infoOf(token).names[0] ?? '');
}

function drawn(state: StateCore): Token[] {
  const out: Token[] = [];
  /** For each open block what closes it; undefined: it is no figure. */
  const open: (readonly Token[] | undefined)[] = [];
  for (const [at, token] of state.tokens.entries()) {
    if (isFigure(token)) {
      const { before, after } = partsOf(state, at);
      out.push(...before);
      open.push(after);
    } else if (token.type === 'div_open') {
      open.push(undefined);
      out.push(token);
    } else if (token.type === 'div_close') out.push(...(open.pop() ?? [token]));
    else out.push(token);
  }
  return out;
}

/** The tokens around the content, which is the caption of a figure. */
function partsOf(state: StateCore, at: number) {
  const { names, argument, options } = infoOf(state.tokens[at] as Token);
  const id = options.get('name') ?? options.get('label');
  const target = (state.tokens[at - 1]?.meta as { readonly target?: string } | null | undefined)?.target;
  const label = id ?? target;
  const { labelled } = state.env as { readonly labelled?: References };
  const number = label === undefined ? undefined : labelled?.get(label);
  const html = (text: string) => pushHtml(new state.Token('look_html', '', 0), text);
  const start = html(`<figure${attributes({ id, class: 'captioned' })}>`);
  const isTable = names[0] === 'table';
  const title = number === undefined || (isTable && argument === '') ? (number ?? '') : `${number}: `;
  if (isTable) {
    const caption = [html('<figcaption>'), inline(state, title + argument), html('</figcaption></figure>\n')];
    return { before: [start], after: title + argument === '' ? [html('</figure>\n')] : caption };
  }
  const before = [start, picture(state, argument, options), html('<figcaption>')];
  const after = [html('</figcaption></figure>\n')];
  const [first, text] = state.tokens.slice(at + 1, at + 3);
  if (first?.type === 'paragraph_open' && text !== undefined) text.content = title + text.content;
  else before.push(inline(state, first?.type === 'div_close' ? (number ?? '') : title));
  return { before, after };
}

function picture(state: StateCore, path: string, options: DivInfo['options']): Token {
  const image = new state.Token('image', 'img', 0);
  const src = state.md.normalizeLink(path.trim());
  image.attrs = [
    ['src', state.md.validateLink(src) ? src : ''],
    ['alt', ''],
  ];
  const alt = new state.Token('text', '', 0);
  alt.content = image.content = options.get('alt') ?? '';
  image.children = [alt];
  for (const side of ['width', 'height'] as const) {
    const size = options.get(side) ?? '';
    if (/^\d{1,4}(?:px)?$/.test(size)) image.attrSet(side, size.replace('px', ''));
    else if (SIZE.test(size)) image.attrSet('style', `${image.attrGet('style') ?? ''}${side}:${size};`);
  }
  const token = inline(state, '');
  token.children = [image];
  return token;
}

function inline(state: StateCore, text: string): Token {
  const token = new state.Token('inline', '', 0);
  token.content = text;
  token.children = [];
  return token;
}

function pushHtml(token: Token, html: string): Token {
  token.content = html;
  token.block = true;
  return token;
}

/** `[](#label)` is called what it leads to. */
function fillLinks(state: StateCore): void {
  const { labelled } = state.env as { readonly labelled?: References };
  if (labelled === undefined || labelled.size === 0) return;
  for (const token of state.tokens) {
    const { children } = token;
    if (children === null || !children.some(({ type }) => type === 'link_open')) continue;
    token.children = children.flatMap((child, at) => {
      const href = String(child.attrGet('href') ?? '');
      const name = href.startsWith('#') ? labelled.get(decoded(href.slice(1))) : undefined;
      if (child.type !== 'link_open' || children[at + 1]?.type !== 'link_close' || name === undefined) return [child];
      const text = new state.Token('text', '', 0);
      text.content = name;
      return [child, text];
    });
  }
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
