/** `text/latex`: one formula, text with formulas in it, or a table. */
import { BoundError } from '../bound-error.ts';
import { escapeHtml } from '../html.ts';
import { latexText } from '../latex-table.ts';
import { renderFormula } from '../math/math-formula.ts';
import { splitDefinitions } from '../math/math-definition.ts';
import { splitMath } from '../math/math-split.ts';
import { WORDS } from '../report-text.ts';
import { valueText, type MimeRenderer } from './renderer.ts';

const MOST_CHARS = 200_000;
const MOST_FORMULAS = 2000;

export const latex: MimeRenderer = {
  kind: 'latex',
  matches: (mime) => mime === 'text/latex',
  render: ({ value, math }) => {
    const tex = valueText(value);
    if (tex.length > MOST_CHARS) throw new BoundError(WORDS.tooLong(MOST_CHARS));
    const asText = latexText(tex);
    if (asText !== undefined) return asText;
    const parts = splitMath(tex);
    const formulas = parts.filter(({ type }) => type === 'formula').length;
    if (formulas > MOST_FORMULAS) throw new BoundError(WORDS.tooManyFormulas(MOST_FORMULAS));
    if (formulas === 0 && !/[\\^_]/.test(tex)) return `<p>${escapeHtml(tex)}</p>`;
    const definitions = [...math.definitions, ...splitDefinitions(tex).definitions];
    const set = (text: string, display: boolean) => renderFormula(text, display, { ...math, definitions });
    if (formulas === 0) return `<div class="math-scroll">${set(tex, true)}</div>`;
    const isAlone = formulas === 1 && parts.every(({ type, text }) => type === 'formula' || text.trim() === '');
    const html = parts.map(({ type, text, display }) =>
      type === 'text' ? escapeHtml(text) : set(text, display || isAlone),
    );
    return `<div class="math-scroll">${html.join('')}</div>`;
  },
};
