/** `text/markdown`. */
import { defined } from '../../domain/defined.ts';
import { renderMarkdown } from '../markdown.ts';
import { valueText, type MimeRenderer } from './renderer.ts';

export const markdown: MimeRenderer = {
  kind: 'markdown',
  matches: (mime) => mime === 'text/markdown',
  render: ({ value, id, math, options: { files, references } }) =>
    `<div class="prose">${renderMarkdown(valueText(value), { docId: id, math, ...defined({ files, references }) })}</div>`,
};
