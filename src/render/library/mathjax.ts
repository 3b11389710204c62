/** MathJax 3 with all its TeX packages and fonts in one file: sets formulas that KaTeX refuses. */
import { copied, type Library } from './library.ts';

export const mathjax: Library = {
  name: 'mathjax',
  title: 'MathJax',
  files: [copied('mathjax', 'mathjax/es5/tex-svg-full.js')],
  global: 'MathJax',
};
