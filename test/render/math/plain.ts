/** Formulas as what they are made of, to be read in a test: `‹x›` in the line, `«x»` on a line of its own. */
import { parseHTML } from 'linkedom';

/** The text of a rendered fragment; each white space as one blank. */
export function plain(html: string): string {
  const { document } = parseHTML(`<!doctype html><html><body>${html}</body></html>`);
  for (const formula of document.querySelectorAll('.katex')) {
    const tex = formula.querySelector('annotation')?.textContent ?? '';
    const block = formula.parentElement?.classList.contains('katex-display') === true;
    formula.textContent = block ? `«${tex}»` : `‹${tex}›`;
  }
  return (document.body.textContent ?? '').replace(/\s+/g, ' ').trim();
}
