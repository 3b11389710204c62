/** Formulas in the text of HTML that somebody else wrote: tables of pandas, blocks in Markdown. */
import { mapHtmlText } from '../html-text.ts';
import { WORDS } from '../report-text.ts';
import type { MathContext } from './math-context.ts';
import { renderFormula } from './math-formula.ts';
import { OPENER } from './math-scan.ts';
import { splitMath } from './math-split.ts';

/** Of one HTML text. */
const MOST_FORMULAS = 2000;

const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  '#39': "'",
  '#x27': "'",
};

/** The HTML with its formulas set: not those in code, nor where `tex2jax_ignore` says that dollars are none. */
export function formulasInHtml(html: string, math: MathContext): string {
  if (!new RegExp(OPENER).test(html)) return html;
  let count = 0;
  const mapped = mapHtmlText(html, (text) => {
    const parts = splitMath(text);
    count += parts.filter(({ type }) => type === 'formula').length;
    if (count > MOST_FORMULAS || parts.every(({ type }) => type === 'text')) return text;
    return parts
      .map((part) => (part.type === 'text' ? part.text : renderFormula(decoded(part.text), part.display, math)))
      .join('');
  });
  return count > MOST_FORMULAS ? `${mapped}<p class="note">${WORDS.formulasLeft(MOST_FORMULAS)}</p>` : mapped;
}

/** What Python's `html.escape` and its kind have written for the characters of TeX. */
function decoded(html: string): string {
  return html.replace(/&(lt|gt|amp|quot|apos|nbsp|#39|#x27);/g, (all, name: string) => ENTITIES[name] ?? all);
}
