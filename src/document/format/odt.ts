/** OpenDocument text, as LibreOffice writes it. */
import { pandocFormat } from './pandoc-format.ts';

export const odt = pandocFormat({
  name: 'odt',
  label: 'OpenDocument',
  extension: 'odt',
  mime: 'application/vnd.oasis.opendocument.text',
  args: () => ['--to', 'odt'],
  hasPictures: true,
  hasTitle: true,
  hasPages: true,
});
