/** The place of a Mermaid diagram, in outputs and in Markdown. Its source is shown until it is drawn. */
import { attributes, escapeHtml, scriptJson } from './html.ts';
import { WORDS } from './report-text.ts';

/** As many as Mermaid draws. */
const MOST_CHARS = 50_000;

export function diagram(source: string): string {
  if (source.length > MOST_CHARS)
    return `<p class="note">${WORDS.tooLong(MOST_CHARS)}</p><pre>${escapeHtml(source.slice(0, MOST_CHARS))}…</pre>`;
  const attrs = {
    class: 'report-chart diagram',
    role: 'figure',
    'aria-label': WORDS.diagram,
    'data-draw': 'mermaid',
    'data-library': 'mermaid',
  };
  const shown = `<pre class="diagram-source"><code>${escapeHtml(source)}</code></pre>`;
  return `<div${attributes(attrs)}><script type="application/json">${scriptJson(source)}</script>${shown}</div>`;
}
