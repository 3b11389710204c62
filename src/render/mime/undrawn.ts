/**
 * Types that need a library or a kernel that reports do not have: one sentence that says so, and the text that came
 * with it.
 */
import { ansiToHtml } from '../ansi.ts';
import { escapeHtml } from '../html.ts';
import { WORDS } from '../report-text.ts';
import type { MimeOutput, MimeRenderer } from './renderer.ts';

export const bokeh: MimeRenderer = {
  kind: 'undrawn',
  matches: (mime) => /^application\/vnd\.(bokehjs|holoviews)_(exec|load)\.v0\+json$/.test(mime),
  render: (output) => explained(WORDS.notDrawn('Bokeh'), output),
};

export const anything: MimeRenderer = {
  kind: 'undrawn',
  matches: () => true,
  render: (output) => explained(WORDS.unknownMime(output.mime), output),
};

/** A sentence, and the text that came with the output, unless it says nothing. */
export function explained(sentence: string, { text }: MimeOutput): string {
  // A text such as `<VegaLite 5 object>` tells a reader nothing.
  const said = text === undefined || /^<.*>$/s.test(text.trim()) ? '' : `<pre>${ansiToHtml(text)}</pre>`;
  return `<p class="note">${escapeHtml(sentence)}</p>${said}`;
}
