/** LaTeX, with its pictures as files. */
import { pandocFormat } from './pandoc-format.ts';

export const latex = pandocFormat({
  name: 'latex',
  label: 'LaTeX',
  extension: 'tex',
  mime: 'application/x-tex',
  args: () => ['--to', 'latex'],
  hasPictures: false,
  hasTitle: true,
});
