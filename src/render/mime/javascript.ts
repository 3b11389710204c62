/** `application/javascript`: run by the frame, with `element` as in Jupyter. */
import { attributes } from '../html.ts';
import { librariesIn } from '../library/library-text.ts';
import { valueText, type MimeRenderer } from './renderer.ts';

export const javascript: MimeRenderer = {
  kind: 'javascript',
  matches: (mime) => /^(application|text)\/(x-)?javascript$/.test(mime),
  render: ({ value }) => {
    const source = valueText(value).replace(/<(?=\/script|!--)/gi, '\\x3C');
    return `<script${attributes({ type: 'text/plain', 'data-run': 'jupyter', 'data-library': librariesIn(source).join(' ') || undefined })}>${source}</script>`;
  },
};
