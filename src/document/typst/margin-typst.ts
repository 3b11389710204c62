/** The header and footer of a PDF, as the code that sets them in typst. */
import { marginParts, type MarginFacts, type MarginItem } from '../margin.ts';

const COUNT = {
  page: '#context counter(page).display()',
  pages: '#context counter(page).final().first()',
} as const;

/** `header`, `footer`: as in the settings; an empty one is left as it is. */
export function marginTypst(texts: { readonly header: string; readonly footer: string }, facts: MarginFacts): string {
  return (['header', 'footer'] as const)
    .filter((place) => texts[place].trim() !== '')
    .map((place) => `#set page(${place}: ${contentOf(texts[place], facts)})`)
    .join('\n');
}

function contentOf(text: string, facts: MarginFacts): string {
  const parts = marginParts(text, facts);
  const columns = parts.map(() => '1fr,').join(' ');
  const align = parts.map((part) => `${part.align},`).join(' ');
  const cells = parts.map(({ items }) => `[${items.map(itemTypst).join('')}]`).join(', ');
  return `[#set text(size: 8pt, fill: luma(85)); #grid(columns: (${columns}), align: (${align}), ${cells})]`;
}

function itemTypst(item: MarginItem): string {
  if ('count' in item) return `${COUNT[item.count]};`;
  // a string, in which nothing is code
  return item.text === '' ? '' : `#"${item.text.replace(/[\\"]/g, '\\$&').replace(/[\r\n]+/g, ' ')}";`;
}
