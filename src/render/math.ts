/** Formulas, by KaTeX; what it cannot set is shown as its TeX. */
import katex from 'katex';
import { escapeHtml } from './html.ts';
import { memoised } from './memo.ts';

/** Bounds against formulas that expand for ever. */
const LIMITS = { maxSize: 50, maxExpand: 1000 };

/** Longer formulas are shown as their TeX. */
const LONGEST_CHARS = 10_000;

/** TeX without its delimiters. Never throws. */
export const renderMath: (tex: string, display: boolean) => string = memoised((tex, display: boolean) => {
  try {
    if (tex.length > LONGEST_CHARS) throw new Error(`It has more than ${LONGEST_CHARS} characters.`);
    return katex.renderToString(withKnownEnvironments(tex), {
      ...LIMITS,
      displayMode: display,
      output: 'htmlAndMathml',
      throwOnError: true,
      strict: 'ignore',
      trust: false,
    });
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^KaTeX parse error: /, '') : '';
    const source = `<code class="math-source" title="${escapeHtml(why)}">${escapeHtml(tex.trim())}</code>`;
    return display ? `<span class="math-source-block">${source}</span>` : source;
  }
});

/** LaTeX that notebooks use and KaTeX lacks, in words that it has. */
function withKnownEnvironments(tex: string): string {
  if (!/\\(begin|label|eqref|ref|mbox)\b/.test(tex)) return tex;
  return tex
    .replace(/\\label\s*\{[^{}]*\}/g, '')
    .replace(/\\eqref\s*\{([^{}]*)\}/g, '(\\text{$1})')
    .replace(/\\ref\s*\{([^{}]*)\}/g, '\\text{$1}')
    .replace(
      /\\begin\{eqnarray\*?\}([\s\S]*?)\\end\{eqnarray\*?\}/g,
      (_all, rows: string) => `\\begin{aligned}${rows.replace(/&\s*([^&\\]{0,40}?)\s*&/g, '&$1 ')}\\end{aligned}`,
    )
    .replace(/\\begin\{multline\*?\}([\s\S]*?)\\end\{multline\*?\}/g, '\\begin{gathered}$1\\end{gathered}');
}
