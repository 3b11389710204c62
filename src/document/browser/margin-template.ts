/** The header or footer of a PDF, as the small HTML document that the browser puts into a margin of each page. */

interface MarginFacts {
  readonly title: string;
  readonly date: string;
}

const STYLE = [
  'display:flex;gap:8mm;width:100%;margin:0 14mm',
  'font:8px system-ui,sans-serif;color:#555;white-space:nowrap',
].join(';');
const SIDE = 'flex:1 1 0;min-width:0;overflow:hidden;text-overflow:ellipsis;text-align:';
const ALIGN = [['left'], ['left', 'right'], ['left', 'center', 'right']] as const;

/** `text`: up to three parts, separated by `|`, with `{title}`, `{date}`, `{page}` and `{pages}`. */
export function marginTemplate(text: string, facts: MarginFacts): string {
  const parts = text.split('|').slice(0, 3);
  const sides = parts.map((part, at) => {
    const align = ALIGN[parts.length - 1]?.[at] ?? 'left';
    return `<span style="${SIDE}${align}">${filled(part.trim(), facts)}</span>`;
  });
  return `<div style="${STYLE}">${sides.join('')}</div>`;
}

/** Only the text of the setting is filled: a title may contain `{page}`. */
function filled(text: string, { title, date }: MarginFacts): string {
  return text
    .split(/(\{(?:title|date|page|pages)\})/)
    .map((part) => {
      switch (part) {
        case '{title}':
          return escaped(title);
        case '{date}':
          return escaped(date);
        case '{page}':
          return '<span class="pageNumber"></span>';
        case '{pages}':
          return '<span class="totalPages"></span>';
        default:
          return escaped(part);
      }
    })
    .join('');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
