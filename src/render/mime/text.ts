/** `text/plain`, and text of types that nothing else shows. */
import { ansiToHtml } from '../ansi.ts';
import { textOf, type MimeRenderer } from './renderer.ts';

export const text: MimeRenderer = {
  kind: 'text',
  matches: (mime) => mime === 'text/plain',
  render: ({ value }) => `<pre>${ansiToHtml(textOf(value))}</pre>`,
};

/** Any other `text/*` (CSV, a diff, …): as it is. */
export const otherText: MimeRenderer = { ...text, matches: (mime) => mime.startsWith('text/') };
