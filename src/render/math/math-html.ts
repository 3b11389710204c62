/** Formulas in the text of foreign HTML: tables of pandas, blocks in Markdown. */
import { mapHtmlText } from '../html-text.ts';
import { WORDS } from '../report-text.ts';
import type { MathContext } from './math-context.ts';
import { renderFormula } from './math-formula.ts';
import { OPENER } from './math-scan.ts';
import { splitMath } from './math-split.ts';

/** Limit of one HTML text. */
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

/** The HTML with its formulas rendered: except those in code, and where `tex2jax_ignore` excludes them. */
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

/** The entities that Python's `html.escape` and the like write for characters of TeX. */
function decoded(html: string): string {
  return html.replace(/&(lt|gt|amp|quot|apos|nbsp|#39|#x27);/g, (all, name: string) => ENTITIES[name] ?? all);
}
