/**
 * References to labelled figures and tables, and the labels of pictures and tables in text, as Quarto and MyST write
 * them: `@fig-sales`, `{ref}`fig-sales``, `![Sales](sales.png){#fig-sales fig-alt="…"}`, `: Sales {#tbl-sales}`.
 * Sources: https://quarto.org/docs/authoring/cross-references.html, https://mystmd.org/guide/cross-references
 */
import type { MarkdownIt, Token } from 'markdown-it';
import { readAttributes } from './markdown-div.ts';
import type { References } from './report-reference.ts';

type StateInline = Parameters<Parameters<MarkdownIt['inline']['ruler']['push']>[1]>[0];
type StateCore = Parameters<Parameters<MarkdownIt['core']['ruler']['push']>[1]>[0];

const AT = /@((?:fig|tbl)-[\w-]{1,200})|\[-?@((?:fig|tbl)-[\w-]{1,200})\]/y;
const ROLE = /\{(?:ref|numref|eq)\}`([^`\n]{1,500})`/y;
const ASIDE = /\[([^[\]\n]{1,2000})\]\{\.(?:aside|column-margin)\}/y;
const BRACES = /^\{([^{}\n]{1,1000})\}/;
const TABLE_CAPTION = /^: (.*?)\s*\{#(tbl-[\w-]{1,200})[^{}\n]*\}\s*$/;
const SIZE = /^\d{1,4}(?:px|%|em|rem)?$/;

export function referencePlugin(parser: MarkdownIt): void {
  parser.inline.ruler.before('link', 'reference', (state, silent) => {
    const sign = state.src[state.pos];
    if (sign === '@' || sign === '[') return readAt(state, silent) || (sign === '[' && readAside(state, silent));
    return sign === '{' && readRole(state, silent);
  });
  parser.core.ruler.after('block', 'table_captions', captionTables);
  parser.core.ruler.after('inline', 'picture_labels', labelPictures);
}

function referencesOf({ env }: { readonly env: unknown }): References | undefined {
  return (env as { readonly labelled?: References }).labelled;
}

function readAt(state: StateInline, silent: boolean): boolean {
  if (/\w/.test(state.src[state.pos - 1] ?? '')) return false;
  AT.lastIndex = state.pos;
  const [whole = '', plain, enclosed] = AT.exec(state.src) ?? [];
  const label = plain ?? enclosed ?? '';
  const name = referencesOf(state)?.get(label);
  if (name === undefined) return false;
  if (!silent) pushLink(state, label, whole.includes('-@') ? name.replace(/^\D+/, '') : name);
  state.pos += whole.length;
  return true;
}

function readRole(state: StateInline, silent: boolean): boolean {
  ROLE.lastIndex = state.pos;
  const [whole = '', said = ''] = ROLE.exec(state.src) ?? [];
  const [, text, inside] = /^(.*?)\s*<([^<>]+)>$/.exec(said) ?? [];
  const label = inside ?? said;
  const name = referencesOf(state)?.get(label.trim());
  if (name === undefined) return false;
  const number = name.replace(/^\D+/, '');
  if (!silent) pushLink(state, label.trim(), text?.replace('%s', number).replace('{number}', number) || name);
  state.pos += whole.length;
  return true;
}

function pushLink(state: StateInline, label: string, text: string): void {
  state.push('link_open', 'a', 1).attrs = [['href', `#${label}`]];
  state.push('text', '', 0).content = text;
  state.push('link_close', 'a', -1);
}

/** A note in the margin within a text. */
function readAside(state: StateInline, silent: boolean): boolean {
  ASIDE.lastIndex = state.pos;
  const [whole = '', text = ''] = ASIDE.exec(state.src) ?? [];
  if (whole === '') return false;
  if (!silent) {
    state.push('aside_open', 'span', 1).attrs = [
      ['class', 'margin-note'],
      ['role', 'note'],
    ];
    const { pos, posMax } = state;
    state.pos = pos + 1;
    state.posMax = state.pos + text.length;
    state.md.inline.tokenize(state);
    Object.assign(state, { pos, posMax });
    state.push('aside_close', 'span', -1);
  }
  state.pos += whole.length;
  return true;
}

/** The paragraph below a table that begins with a colon is its caption. */
function captionTables(state: StateCore): void {
  for (const [at, token] of state.tokens.entries()) {
    const inline = state.tokens[at + 2];
    if (token.type !== 'table_close' || state.tokens[at + 1]?.type !== 'paragraph_open' || inline === undefined)
      continue;
    const [, text, label = ''] = TABLE_CAPTION.exec(inline.content) ?? [];
    if (text === undefined) continue;
    const name = referencesOf(state)?.get(label);
    inline.content = name === undefined ? text : `${name}: ${text}`;
    state.tokens[at + 1]!.attrs = [
      ['id', label],
      ['class', 'table-caption'],
    ];
  }
}

/** What stands in braces behind a picture belongs to it; one with a label and a caption alone is a figure. */
function labelPictures(state: StateCore): void {
  for (const [at, { type, children }] of state.tokens.entries()) {
    if (type !== 'inline' || children === null) continue;
    for (const [each, token] of children.entries()) {
      const after = children[each + 1];
      if (token.type !== 'image' || after?.type !== 'text') continue;
      const [braces, inside] = BRACES.exec(after.content) ?? [];
      const info = inside === undefined ? undefined : readAttributes(inside);
      if (braces === undefined || info === undefined) continue;
      after.content = after.content.slice(braces.length);
      const caption = token.children ?? [];
      dressPicture(token, info.options, state);
      const isAlone = children.length === 2 && after.content.trim() === '';
      if (info.id === undefined) continue;
      if (isAlone && caption.length > 0) makeFigure(state, at, { picture: token, id: info.id, caption });
      else token.attrSet('id', info.id);
    }
  }
}

function dressPicture(picture: Token, options: ReadonlyMap<string, string>, state: StateCore): void {
  const alt = options.get('fig-alt') ?? options.get('alt');
  if (alt !== undefined) {
    const text = new state.Token('text', '', 0);
    text.content = alt;
    picture.children = [text];
    picture.content = alt;
  }
  for (const side of ['width', 'height'] as const) {
    const size = options.get(side);
    if (size === undefined || !SIZE.test(size)) continue;
    if (/^\d+(?:px)?$/.test(size)) picture.attrSet(side, size.replace('px', ''));
    else picture.attrSet('style', `${picture.attrGet('style') ?? ''}${side}:${size};`);
  }
}

interface Figure {
  readonly picture: Token;
  readonly id: string;
  readonly caption: readonly Token[];
}

function makeFigure(state: StateCore, at: number, { picture, id, caption }: Figure): void {
  const [open, inline, close] = state.tokens.slice(at - 1, at + 2);
  if (open?.type !== 'paragraph_open' || close?.type !== 'paragraph_close' || inline === undefined) return;
  const name = referencesOf(state)?.get(id);
  const number = new state.Token('text', '', 0);
  number.content = name === undefined ? '' : `${name}: `;
  open.tag = close.tag = 'figure';
  open.attrs = [
    ['id', id],
    ['class', 'captioned'],
  ];
  inline.children = [
    picture,
    new state.Token('figcaption_open', 'figcaption', 1),
    number,
    ...caption,
    new state.Token('figcaption_close', 'figcaption', -1),
  ];
}
