/** `text/latex`: one formula, or text with formulas in it. */
import { escapeHtml } from '../html.ts';
import { renderMath } from '../math.ts';
import { textOf, type MimeRenderer } from './renderer.ts';

// $$…$$, \[…\], \(…\), $…$ or a bare environment.
const FORMULA =
  /\$\$([\s\S]+?)\$\$|\\\[([\s\S]+?)\\\]|\\\(([\s\S]+?)\\\)|\$((?:\\.|[^$\\])+)\$|(\\begin\{(\w+\*?)\}[\s\S]*?\\end\{\6\})/g;

export const latex: MimeRenderer = {
  kind: 'latex',
  matches: (mime) => mime === 'text/latex',
  render: ({ value }) => {
    const tex = textOf(value);
    let html = '';
    let at = 0;
    for (const match of tex.matchAll(FORMULA)) {
      const [all, dollars, brackets, parentheses, dollar, environment] = match;
      const display = dollars ?? brackets ?? environment;
      const alone = tex.trim() === all;
      html +=
        escapeHtml(tex.slice(at, match.index)) +
        renderMath(display ?? parentheses ?? dollar ?? '', display !== undefined || alone);
      at = match.index + all.length;
    }
    return `<div class="math-scroll">${at === 0 ? renderMath(tex, true) : html + escapeHtml(tex.slice(at))}</div>`;
  },
};
