/**
 * Help of an author in Markdown, as HTML for the app's own pages: without raw HTML, pictures and headings, so that no
 * text of a notebook becomes markup of ours.
 */
import createParser from 'markdown-it';

/** Longer help is shown as it is written. */
const MOST_CHARS = 4000;

const parser = createParser('zero', { html: false, breaks: false, linkify: false }).enable([
  'emphasis',
  'backticks',
  'escape',
  'entity',
  'link',
  'list',
  'newline',
  'balance_pairs',
]);
// links leave the form, and what was typed into it, where it is
parser.core.ruler.push('own_tab', ({ tokens }) => {
  for (const token of tokens.flatMap(({ children }) => children ?? [])) {
    if (token.type !== 'link_open') continue;
    token.attrSet('target', '_blank');
    token.attrSet('rel', 'noopener noreferrer');
  }
});

/** Addresses that carry code are left as text. Empty for no help. */
export function helpHtml(source: string): string {
  if (source.trim() === '') return '';
  const shown = source.length > MOST_CHARS ? `${source.slice(0, MOST_CHARS)}…` : source;
  return parser.render(shown).trim();
}
