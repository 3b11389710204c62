/** LaTeX, with its pictures as files. */
import { pandocFormat } from './pandoc-format.ts';

/** Long lines of code and text wrap, where the package for it is installed. */
const WRAPPED =
  '\\IfFileExists{fvextra.sty}{\\usepackage{fvextra}' +
  '\\fvset{breaklines,breakanywhere}\\DefineVerbatimEnvironment{verbatim}{Verbatim}{}}{}';

export const latex = pandocFormat({
  name: 'latex',
  label: 'LaTeX',
  extension: 'tex',
  mime: 'application/x-tex',
  args: () => ['--to', 'latex', '--variable', `header-includes=${WRAPPED}`],
  hasPictures: false,
  hasTitle: true,
  hasPages: true,
});
