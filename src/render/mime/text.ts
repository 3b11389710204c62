/** `text/plain`, what a kernel writes as a stream or an error in a bundle, and text without a renderer of its own. */
import { isJsonObject, type Json } from '../../domain/text/json.ts';
import { ansiToHtml } from '../ansi.ts';
import { valueText, type MimeRenderer } from './renderer.ts';

export const text: MimeRenderer = {
  kind: 'text',
  matches: (mime) => mime === 'text/plain',
  isPlain: true,
  render: ({ value }) => `<pre>${ansiToHtml(valueText(value))}</pre>`,
};

/** Any other `text/*` (CSV, a diff, a terminal's text, …): unchanged. */
export const otherText: MimeRenderer = {
  ...text,
  matches: (mime) => mime.startsWith('text/') || mime === 'application/vnd.jupyter.stdout',
};

export const errorText: MimeRenderer = {
  kind: 'text',
  matches: (mime) => /^application\/vnd\.jupyter\.(?:stderr|error)$/.test(mime),
  render: ({ value }) => `<pre class="stderr">${ansiToHtml(errorOf(value))}</pre>`,
};

/** An error is its traceback, or its name and what it says. */
function errorOf(value: Json): string {
  if (!isJsonObject(value)) return valueText(value);
  const { ename, evalue, traceback } = value;
  if (Array.isArray(traceback) && traceback.length > 0) return traceback.map(valueText).join('\n');
  return [ename, evalue]
    .filter((part) => part !== undefined && part !== '')
    .map(valueText)
    .join(': ');
}
