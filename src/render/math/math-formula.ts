/** Renders a formula in the context of its notebook: with its macros, numbers and labels. */
import { attributes, escapeHtml } from '../html.ts';
import { renderMath } from './math.ts';
import type { MathContext } from './math-context.ts';
import { labelId, REFERENCE, shownReference, withReferences } from './math-number.ts';

/** HTML; a formula that is only a reference becomes a link to its equation. */
export function renderFormula(tex: string, display: boolean, math: MathContext): string {
  const [whole, word = '', name = ''] = REFERENCE.exec(tex) ?? [];
  if (whole === undefined || whole !== tex.trim())
    return renderMath(withReferences(tex, math.labels), display, math.definitions);
  const text = escapeHtml(shownReference(word, name, math.labels));
  return math.labels.has(name)
    ? `<a${attributes({ href: `#${encodeURIComponent(labelId(name))}` })}>${text}</a>`
    : text;
}
