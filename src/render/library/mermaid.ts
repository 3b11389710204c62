/** Mermaid's small build: all diagrams except mind maps and architecture diagrams. */
import { cdnjs, copied, npm, type Library } from './library.ts';

export const mermaid: Library = {
  name: 'mermaid',
  title: 'Mermaid',
  files: [copied('mermaid', '@mermaid-js/tiny/dist/mermaid.tiny.js')],
  global: 'mermaid',
  modules: ['mermaid'],
  addresses: [npm('(?:mermaid|@mermaid-js/tiny)', '(?:/[^?]*\\.js)?'), cdnjs('mermaid')],
  majors: [8, 9, 10, 11],
};
