/** The header or footer of a PDF: what the settings say, filled with the facts of a report. */

export interface MarginFacts {
  readonly title: string;
  readonly date: string;
}

/** A text, or a number that only the program knows that writes the pages. */
export type MarginItem = { readonly text: string } | { readonly count: 'page' | 'pages' };

export interface MarginPart {
  readonly align: 'left' | 'center' | 'right';
  readonly items: readonly MarginItem[];
}

const ALIGN = [['left'], ['left', 'right'], ['left', 'center', 'right']] as const;

/** `text`: up to three parts, separated by `|`, with `{title}`, `{date}`, `{page}` and `{pages}`. */
export function marginParts(text: string, facts: MarginFacts): readonly MarginPart[] {
  const parts = text.split('|').slice(0, 3);
  return parts.map((part, at) => ({
    align: ALIGN[parts.length - 1]?.[at] ?? 'left',
    items: itemsOf(part.trim(), facts),
  }));
}

/** Only the text of the setting is filled: a title may contain `{page}`. */
function itemsOf(text: string, { title, date }: MarginFacts): readonly MarginItem[] {
  return text.split(/(\{(?:title|date|page|pages)\})/).map((part): MarginItem => {
    switch (part) {
      case '{title}':
        return { text: title };
      case '{date}':
        return { text: date };
      case '{page}':
        return { count: 'page' };
      case '{pages}':
        return { count: 'pages' };
      default:
        return { text: part };
    }
  });
}
