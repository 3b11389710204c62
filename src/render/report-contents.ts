/** The table of contents of a report as the server writes it; where scripts run, they keep it up to date. */
import type { ReportCell } from '../domain/report/report.ts';
import { visibilityOf } from './cell-hidden.ts';
import { attributes, escapeHtml } from './html.ts';
import { WORDS } from './report-text.ts';

const HEADING = /<h([1-3])((?: [^<>]{0,500})?)>([^]{0,4000}?)<\/h\1>/g;
const MOST = 300;
const MOST_CHARS = 200;
/** Fewer headings need no table. */
const FEWEST = 2;

/** `html`: of the cell at this place in the list. Empty if there are too few headings. */
export function renderContents(cells: readonly ReportCell[], html: (at: number) => string): string {
  const used = new Set<string>();
  const items = cells
    .flatMap((cell, index) => (isShown(cell) ? headingsOf(html(index), `c${cell.index}`, used) : []))
    .slice(0, MOST);
  if (items.length < FEWEST) return '';
  const top = Math.min(...items.map(({ level }) => level));
  const entries = items.map(
    ({ level, id, text }) =>
      `<li><a${attributes({ href: `#${encodeURIComponent(id)}`, 'data-level': level - top })}>${text}</a></li>`,
  );
  return (
    `<nav id="report-contents" class="contents" aria-label="${WORDS.contents}"><details><summary>${WORDS.contents}` +
    `<span class="contents-here"></span></summary><ol>${entries.join('')}</ol></details></nav>\n`
  );
}

function isShown(cell: ReportCell): boolean {
  return (
    cell.type === 'markdown' &&
    cell.state !== 'waiting' &&
    cell.state !== 'skipped' &&
    visibilityOf(cell, 'input') === 'shown'
  );
}

/** A heading whose id is used before is reached by its cell. */
function headingsOf(html: string, cell: string, used: Set<string>) {
  return [...html.matchAll(HEADING)].flatMap(([, level, attrs = '', inside = '']) => {
    const id = / id="([^"]*)"/.exec(attrs)?.[1] ?? '';
    if (id === '' || attrs.includes('data-report-title')) return [];
    const text = inside.includes('class="katex') ? plain(id).replaceAll('-', ' ') : plain(inside);
    if (text === '') return [];
    const target = used.has(id) ? cell : unescaped(id);
    used.add(id);
    return [{ level: Number(level), id: target, text }];
  });
}

/** Text as HTML writes it, without tags. */
function plain(html: string): string {
  const text = html.replace(/<[^>]*>/g, '').trim();
  return text.length <= MOST_CHARS ? text : `${escapeHtml(unescaped(text).slice(0, MOST_CHARS))}…`;
}

function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}
