/**
 * Marks the heading that says a report's title. Where the page around the report shows the title, the style sheet hides
 * this heading; links to it still work.
 */
import type { Report } from '../domain/report/report.ts';
import { visibilityOf } from './cell-hidden.ts';

/** What a heading looks like in Markdown, and in HTML within it. */
const HEADING = /^ {0,3}(?:#{1,6}[ \t]|=+[ \t]*$)|<h[1-6]\b/im;
/** Longer headings are no titles. */
const MOST_CHARS = 2000;
/** Titles are found in the beginning of a notebook. */
const MOST_CELLS = 20;

/** The index of the first cell whose text has a heading; undefined if there is none near the beginning. */
export function titleCell({ cells }: Report): number | undefined {
  return cells
    .slice(0, MOST_CELLS)
    .find((cell) => cell.type === 'markdown' && visibilityOf(cell, 'input') === 'shown' && HEADING.test(cell.source))
    ?.index;
}

/** The HTML of that cell, with its first heading marked if it says the title and nothing else. */
export function markTitle(html: string, title: string): string {
  const [opening = '', level = ''] = /<h([1-6])\b[^>]*>/i.exec(html) ?? [];
  const at = html.indexOf(opening);
  const end = html.indexOf(`</h${level}>`, at);
  if (opening === '' || end === -1 || end - at > MOST_CHARS) return html;
  const inside = html.slice(at + opening.length, end);
  if (/<(?:img|svg|video|input)\b/i.test(inside) || plain(withoutTags(inside)) !== plain(title)) return html;
  return `${html.slice(0, at)}<h${level} data-report-title${html.slice(at + '<h1'.length)}`;
}

function withoutTags(html: string): string {
  return html
    .replace(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}

function plain(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
