/** `text/plain`, and text of types without a renderer of their own. */
import { ansiToHtml } from '../ansi.ts';
import { textOf, type MimeRenderer } from './renderer.ts';

export const text: MimeRenderer = {
  kind: 'text',
  matches: (mime) => mime === 'text/plain',
  render: ({ value }) => `<pre>${ansiToHtml(textOf(value))}</pre>`,
};

/** Any other `text/*` (CSV, a diff, …): unchanged. */
export const otherText: MimeRenderer = { ...text, matches: (mime) => mime.startsWith('text/') };
