/** Changes only the opening tags of foreign HTML. */
import { Parser } from 'htmlparser2';
import type { HtmlMapping } from './html.ts';

/** Returns the document, whole or a fragment, with what `mapTag` says in place of each opening tag. */
export function mapTags(html: string, mapTag: NonNullable<HtmlMapping['mapTag']>): string {
  const pieces: string[] = [];
  let at = 0;
  const parser: Parser = new Parser(
    {
      onopentag(name, given, implied) {
        const mapped = implied ? undefined : mapTag(name, given);
        if (mapped === undefined) return;
        pieces.push(html.slice(at, parser.startIndex), mapped);
        at = parser.endIndex + 1;
      },
    },
    { decodeEntities: false, lowerCaseTags: true, recognizeSelfClosing: false },
  );
  parser.end(html);
  pieces.push(html.slice(at));
  return pieces.join('');
}

/** Attributes whose values are given as they were written in HTML. */
export function writtenAttributes(given: Readonly<Record<string, string>>): string {
  return Object.entries(given)
    .map(([name, value]) => (value === '' ? ` ${name}` : ` ${name}="${value.replaceAll('"', '&quot;')}"`))
    .join('');
}

/** The value of an attribute that is given as it is written: with entities. */
export function attributeText(written: string): string {
  let text = '';
  const parser = new Parser({
    onattribute(_name, value) {
      text = value;
    },
  });
  parser.end(`<i a="${written.replaceAll('"', '&quot;')}">`);
  return text;
}
