/** Formulas as their TeX, readable in a test: `‹x›` within a line, `«x»` on its own line. */
import { parseHTML } from 'linkedom';

/** The text of a rendered fragment; white space becomes one blank. */
export function plain(html: string): string {
  const { document } = parseHTML(`<!doctype html><html><body>${html}</body></html>`);
  for (const formula of document.querySelectorAll('.katex')) {
    const tex = formula.querySelector('annotation')?.textContent ?? '';
    const block = formula.parentElement?.classList.contains('katex-display') === true;
    formula.textContent = block ? `«${tex}»` : `‹${tex}›`;
  }
  return (document.body.textContent ?? '').replace(/\s+/g, ' ').trim();
}
