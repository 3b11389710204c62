import { describe, expect, it } from 'vitest';
import { latexText } from '../../src/render/latex-table.ts';

const PLAIN = `\\begin{table}
\\caption{A \\textbf{table}}
\\label{tab:a}
\\begin{tabular}{llr}
\\toprule
name\\_a & \\multicolumn{2}{r}{b} \\\\
\\midrule
x \\& y & \\multirow[t]{2}{*}{50 \\%} & 1.5 \\\\[2pt]
\\cline{1-3}
\\textbackslash c\\{d\\}\\textasciitilde \\textasciicircum & <b> & NaN \\\\
\\bottomrule
\\end{tabular}
\\end{table}`;

const LONG = `\\begin{longtable}{lr}
\\toprule
n & v \\\\
\\midrule
\\endfirsthead
n & v \\\\
\\endhead
\\multicolumn{2}{r}{Continued on next page} \\\\
\\endfoot
\\endlastfoot
a & 1 \\\\
\\end{longtable}`;

describe('LaTeX that is text', () => {
  it('is a table', () => {
    expect(latexText(PLAIN)).toBe(
      '<div class="prose"><div class="table-scroll"><table><caption>A table</caption><thead><tr><th>name_a</th><th colspan="2">b</th></tr></thead>' +
        '<tbody><tr><td>x &amp; y</td><td>50 %</td><td style="text-align:right">1.5</td></tr>' +
        '<tr><td>\\c{d}~^</td><td>&lt;b&gt;</td><td style="text-align:right">NaN</td></tr></tbody></table></div></div>',
    );
  });

  it('has the rows of a long table once', () => {
    expect(latexText(LONG)).toBe(
      '<div class="prose"><div class="table-scroll"><table><thead><tr><th>n</th><th style="text-align:right">v</th></tr></thead>' +
        '<tbody><tr><td>a</td><td style="text-align:right">1</td></tr></tbody></table></div></div>',
    );
  });

  it('is its source where it is more than a table, and nothing for a formula', () => {
    expect(latexText('\\begin{itemize}\\item <a>\\end{itemize}')).toBe(
      '<pre>\\begin{itemize}\\item &lt;a&gt;\\end{itemize}</pre>',
    );
    expect(latexText('\\begin{tabular}{l} a')).toContain('<pre>');
    expect(latexText('\\begin{array}{l} a \\end{array}')).toBeUndefined();
  });

  it.each([
    '&',
    '\\textbf{',
    '\\cmidrule(',
    '\\\\[',
    '\\endfirsthead',
    '\\caption[',
    '\\multicolumn{1}{',
    '{',
    '\\begin{',
  ])('takes linear time for many %s', (piece) => {
    const table = `\\begin{tabular}{l}${piece.repeat(180_000 / piece.length)}\\end{tabular}`;
    expect(latexText(table)).toMatch(/^<(?:div class|pre>)/);
  });
});
