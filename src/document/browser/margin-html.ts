/** The header or footer of a PDF, as the small HTML document that the browser puts into a margin of each page. */
import { marginParts, type MarginFacts, type MarginItem } from '../margin.ts';

const STYLE = [
  'display:flex;gap:8mm;width:100%;margin:0 14mm',
  'font:8px system-ui,sans-serif;color:#555;white-space:nowrap',
].join(';');
const SIDE = 'flex:1 1 0;min-width:0;overflow:hidden;text-overflow:ellipsis;text-align:';
const COUNT = { page: '<span class="pageNumber"></span>', pages: '<span class="totalPages"></span>' } as const;

/** `text`: as in the settings. */
export function marginHtml(text: string, facts: MarginFacts): string {
  const sides = marginParts(text, facts).map(
    ({ align, items }) => `<span style="${SIDE}${align}">${items.map(itemHtml).join('')}</span>`,
  );
  return `<div style="${STYLE}">${sides.join('')}</div>`;
}

function itemHtml(item: MarginItem): string {
  return 'count' in item ? COUNT[item.count] : escaped(item.text);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
