/** Word. */
import { pandocFormat } from './pandoc-format.ts';

export const docx = pandocFormat({
  name: 'docx',
  label: 'Word',
  extension: 'docx',
  mime: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  args: () => ['--to', 'docx'],
  hasPictures: true,
  hasTitle: true,
  hasPages: true,
});
