/** `text/vnd.mermaid`: a diagram, which the frame draws. */
import { diagram } from '../diagram.ts';
import { valueText, type MimeRenderer } from './renderer.ts';

export const mermaid: MimeRenderer = {
  kind: 'diagram',
  matches: (mime) => mime === 'text/vnd.mermaid',
  render: ({ value }) => diagram(valueText(value)),
};
