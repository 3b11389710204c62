/** Formulas in labels, descriptions and `HTMLMath`. */
import renderMath from 'katex/contrib/auto-render';

/** Browsers draw the result without fonts of its own. */
export const latexTypesetter = {
  typeset(element: HTMLElement): void {
    renderMath(element, {
      output: 'mathml',
      throwOnError: false,
      trust: false,
      maxExpand: 1000,
      delimiters: [
        { left: '$$', right: '$$', display: true },
        { left: '\\[', right: '\\]', display: true },
        { left: '\\(', right: '\\)', display: false },
        { left: '$', right: '$', display: false },
      ],
    });
  },
};
