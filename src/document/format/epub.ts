/** EPUB 3, for electronic readers: formulas are MathML. */
import { pandocFormat } from './pandoc-format.ts';

export const epub = pandocFormat({
  name: 'epub',
  label: 'EPUB',
  extension: 'epub',
  mime: 'application/epub+zip',
  args: ({ id, madeAtMs }) => [
    '--to',
    'epub3',
    '--mathml',
    // pandoc makes up another one each time
    `--metadata=identifier:script-runner-${id}`,
    `--metadata=date:${new Date(madeAtMs).toISOString().slice(0, 10)}`,
  ],
  hasPictures: true,
  hasTitle: true,
  hasPages: true,
});
