/** Changes only the text of foreign HTML. */
import { Parser } from 'htmlparser2';

/** Elements whose text is not prose: MathJax's own list, and drawings. */
const OTHER = new Set([
  'code',
  'iframe',
  'math',
  'noscript',
  'option',
  'pre',
  'script',
  'select',
  'style',
  'svg',
  'template',
  'textarea',
  'title',
]);
const IGNORED = /(?:^|\s)(?:tex2jax_ignore|mathjax_ignore|katex|MathJax)(?:\s|$)/;

/** `map` gets each text between tags as written, including entities, and returns its replacement. */
export function mapHtmlText(html: string, map: (text: string) => string): string {
  const pieces: string[] = [];
  let at = 0;
  let depth = 0;
  let silentFrom: number | undefined;
  let text: { from: number; to: number } | undefined;
  const flush = () => {
    if (text === undefined) return;
    pieces.push(html.slice(at, text.from), map(html.slice(text.from, text.to)));
    at = text.to;
    text = undefined;
  };
  const parser: Parser = new Parser(
    {
      onopentag(name, given) {
        flush();
        depth += 1;
        if (OTHER.has(name) || IGNORED.test(given['class'] ?? '')) silentFrom ??= depth;
      },
      onclosetag() {
        flush();
        if (silentFrom === depth) silentFrom = undefined;
        depth -= 1;
      },
      oncomment: flush,
      onprocessinginstruction: flush,
      ontext() {
        if (silentFrom !== undefined) return;
        if (text?.to !== parser.startIndex) flush();
        text ??= { from: parser.startIndex, to: parser.startIndex };
        text.to = parser.endIndex + 1;
      },
    },
    { decodeEntities: false, lowerCaseTags: true, recognizeSelfClosing: false },
  );
  parser.end(html);
  flush();
  pieces.push(html.slice(at));
  return pieces.join('');
}
