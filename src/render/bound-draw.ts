/**
 * Renders a part of a report within its bounds; beyond them its source text is shown instead, with a sentence that says
 * why.
 */
import { BoundError } from './bound-error.ts';
import { escapeHtml } from './html.ts';
import { WORDS } from './report-text.ts';
import type { RenderOptions } from './options.ts';

/** How much of the source text is shown. */
const SHOWN_CHARS = 20_000;

/** `make` returns HTML. `raw` is the text from which it is made. */
export function drawn(make: () => string, raw: () => string, attempt: RenderOptions['attempt']): string {
  try {
    const html = attempt === undefined ? make() : attempt(make);
    return html ?? undrawn(WORDS.tooSlow, raw());
  } catch (error) {
    if (error instanceof BoundError) return undrawn(error.message, raw());
    // a renderer that recurses into something nested too deeply
    if (error instanceof RangeError) return undrawn(WORDS.tooDeep, raw());
    throw error;
  }
}

/** In place of the rest of something that is drawn in pieces. */
export function tooSlow(): string {
  return `<p class="note">${escapeHtml(WORDS.tooSlow)}</p>`;
}

function undrawn(sentence: string, text: string): string {
  const cut = text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text;
  return `<p class="note">${escapeHtml(sentence)}</p><pre>${escapeHtml(cut)}</pre>`;
}
