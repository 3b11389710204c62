/** `text/latex`: one formula, or text with formulas in it. */
import { BoundError } from '../bound.ts';
import { escapeHtml } from '../html.ts';
import { renderMath } from '../math.ts';
import { WORDS } from '../message.ts';
import { splitLatex } from './latex-split.ts';
import { textOf, type MimeRenderer } from './renderer.ts';

const MOST_CHARS = 200_000;
const MOST_FORMULAS = 2000;

export const latex: MimeRenderer = {
  kind: 'latex',
  matches: (mime) => mime === 'text/latex',
  render: ({ value }) => {
    const tex = textOf(value);
    if (tex.length > MOST_CHARS) throw new BoundError(WORDS.tooLong(MOST_CHARS));
    const parts = splitLatex(tex);
    const formulas = parts.filter(({ type }) => type === 'formula').length;
    if (formulas > MOST_FORMULAS) throw new BoundError(WORDS.tooManyFormulas(MOST_FORMULAS));
    if (formulas === 0) return `<div class="math-scroll">${renderMath(tex, true)}</div>`;
    const isAlone = formulas === 1 && parts.every(({ type, text }) => type === 'formula' || text.trim() === '');
    const html = parts.map(({ type, text, display }) =>
      type === 'text' ? escapeHtml(text) : renderMath(text, display || isAlone),
    );
    return `<div class="math-scroll">${html.join('')}</div>`;
  },
};
