/** What the writing system of a Markdown text asks for: its direction, and marks instead of slanted letters. */
import type { MarkdownIt, Token } from 'markdown-it';

/** Letters of scripts that are written from right to left. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
/** These have no italics. */
const CJK = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
const RUNS = /([\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff00-\uffef]+)/u;
/** The class of such letters where they are emphasized. */
const MARKED = 'marked';

/** Blocks take the direction of their text where some of it is right-to-left; code keeps its own. */
const DIRECTED = new Set([
  'paragraph_open',
  'heading_open',
  'bullet_list_open',
  'ordered_list_open',
  'blockquote_open',
  'table_open',
  'alert_open',
]);
const GROUPS = /^(?:bullet_list|ordered_list|blockquote|table|alert)_/;

/** To be used after all plugins that make blocks. */
export function directionPlugin({ core }: MarkdownIt): void {
  core.ruler.push('direction', ({ src, tokens }) => {
    if (RIGHT_TO_LEFT.test(src)) direct(tokens);
    if (CJK.test(src)) for (const token of tokens) if (token.children !== null) markEmphasis(token);
  });
}

function direct(tokens: readonly Token[]): void {
  // what has a direction of its own does not count for the direction of what it is in
  let inside = 0;
  for (const token of tokens) {
    if (inside === 0 && DIRECTED.has(token.type)) token.attrSet('dir', 'auto');
    if (GROUPS.test(token.type)) inside += token.nesting;
  }
}

/** `inline`: the token of a text; its emphasized letters of such scripts are in elements of their own. */
function markEmphasis(inline: Token): void {
  let depth = 0;
  inline.children = (inline.children ?? []).flatMap((token) => {
    if (token.type === 'em_open') depth += 1;
    if (token.type === 'em_close') depth -= 1;
    return depth > 0 && token.type === 'text' && CJK.test(token.content) ? marked(token) : [token];
  });
}

function marked(token: Token): Token[] {
  const part = (type: string, tag: string, nesting: -1 | 0 | 1) =>
    Object.assign(Object.create(token) as Token, { type, tag, nesting, attrs: null, content: '' });
  return token.content.split(RUNS).flatMap((text) => {
    if (text === '') return [];
    const letters = Object.assign(part('text', '', 0), { content: text });
    if (!CJK.test(text)) return [letters];
    const open = part('marked_open', 'span', 1);
    open.attrSet('class', MARKED);
    return [open, letters, part('marked_close', 'span', -1)];
  });
}
