/** HTML text: escaping, and keeping a foreign fragment within its place. */
import { Parser } from 'htmlparser2';
import { BoundError } from './bound-error.ts';
import { WORDS } from './report-text.ts';

/** For text and for attribute values in double quotes. */
export function escapeHtml(text: string): string {
  if (!/[&<>"]/.test(text)) return text;
  // in half the time and less memory than one pass that calls a function
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

/** A JSON value as the text of a script element. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

/** `undefined` and `false` leave an attribute out, `true` leaves its value out. */
export function attributes(values: Readonly<Record<string, string | number | boolean | undefined>>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined && value !== false)
    .map(([name, value]) => (value === true ? ` ${name}` : ` ${name}="${escapeHtml(String(value))}"`))
    .join('');
}

const JAVASCRIPT = /^(|module|(text|application)\/(x-)?(java|ecma)script)$/i;
const VOID = new Set([
  'area',
  'base',
  'br',
  'col',
  'embed',
  'hr',
  'img',
  'input',
  'link',
  'meta',
  'source',
  'track',
  'wbr',
]);
/** A fragment has none of its own, and changes no address of the report. */
const DOCUMENT = new Set(['html', 'head', 'body', 'base']);

/** What ends a drawing or a formula in which it occurs. Source: the HTML standard, “parsing in foreign content”. */
const OUT_OF_DRAWING = new Set(
  (
    'b big blockquote body br center code dd div dl dt em embed font h1 h2 h3 h4 h5 h6 head hr i img li listing menu ' +
    'meta nobr ol p pre ruby s script small span strong strike style sub sup table title tt u ul var'
  ).split(' '),
);

/** Browsers themselves do not nest deeper. */
const DEEPEST = 500;

/** What to do with a script's address. */
export type MapScript = (src: string) => ScriptPlan;

/**
 * `library`: the frame loads that library; `missing`: the sentence if the script cannot be loaded; `null`: the script
 * is removed; undefined: it stays as it is.
 */
export type ScriptPlan = { readonly library: string } | { readonly missing: string } | null | undefined;

export interface HtmlMapping {
  readonly mapScript?: MapScript;
  /** The names of the libraries that the text of a script names: the frame loads them before it runs the script. */
  readonly librariesIn?: (script: string) => readonly string[];
  /** What stands in place of an opening tag; undefined leaves it. Attributes come as they are written. */
  readonly mapTag?: (name: string, given: Readonly<Record<string, string>>) => string | undefined;
  /** What stands in place of the text of a style element. */
  readonly mapStyle?: (css: string) => string;
}

/**
 * The fragment with every element closed, and without closing tags for elements that it did not open, so that it cannot
 * break out of its place. Throws `BoundError` if it is nested too deeply. Its scripts are set aside (`type="text/plain"
 * data-run`): the frame runs them once and in order.
 */
export function containHtml(
  html: string,
  { mapScript = () => undefined, librariesIn = () => [], mapTag, mapStyle = (css) => css }: HtmlMapping = {},
): string {
  const out = piecesOf(html);
  let script: { readonly given: Readonly<Record<string, string>>; text: string } | undefined;
  let isPlain = false;
  let isStyle = false;
  let depth = 0;
  let openedAt = -1;
  const raw = () => html.slice(parser.startIndex, parser.endIndex + 1);
  const parser: Parser = new Parser(
    {
      onopentag(name, given, implied) {
        depth += 1;
        openedAt = parser.startIndex;
        if (depth > DEEPEST) throw new BoundError(WORDS.tooDeep);
        if (name === 'script') script = { given, text: '' };
        else if (name === 'plaintext') {
          // nothing would ever close it
          isPlain = true;
          out.add('<pre>');
        } else if (!implied && !DOCUMENT.has(name) && !('http-equiv' in given)) {
          isStyle = name === 'style';
          const mapped = mapTag?.(name, given);
          if (mapped === undefined) out.keep(parser.startIndex, parser.endIndex + 1);
          else out.add(mapped);
        }
      },
      onclosetag(name, implied) {
        depth -= 1;
        const isClosedItself = implied && parser.startIndex === openedAt && raw().endsWith('/>');
        if (isClosedItself && !OUT_OF_DRAWING.has(name)) return;
        if (name === 'script' && script !== undefined) out.add(scriptElement(script, { mapScript, librariesIn }));
        else if (name === 'plaintext') out.add('</pre>');
        else if (!DOCUMENT.has(name) && !(implied && VOID.has(name))) {
          if (!implied && raw() === `</${name}>`) out.keep(parser.startIndex, parser.endIndex + 1);
          else out.add(`</${name}>`);
        }
        isStyle = false;
        if (name === 'script') script = undefined;
      },
      ontext() {
        if (script !== undefined) script.text += raw();
        else if (isPlain) out.add(escapeHtml(raw()));
        else if (isStyle && raw().includes('url(')) out.add(mapStyle(raw()));
        else out.keep(parser.startIndex, parser.endIndex + 1);
      },
      oncomment() {
        if (raw().endsWith('-->')) out.keep(parser.startIndex, parser.endIndex + 1);
      },
    },
    { decodeEntities: false, lowerCaseTags: true, recognizeSelfClosing: false },
  );
  parser.end(html);
  return out.text();
}

/** Text made of ranges of another text and of insertions: long ranges are copied as one. */
function piecesOf(source: string) {
  const pieces: string[] = [];
  let from = 0;
  let to = 0;
  const flush = () => {
    if (to > from) pieces.push(source.slice(from, to));
    from = to = 0;
  };
  return {
    keep(start: number, end: number): void {
      if (start !== to || from === to) {
        flush();
        from = start;
      }
      to = end;
    },
    add(text: string): void {
      flush();
      pieces.push(text);
    },
    text(): string {
      flush();
      return pieces.join('');
    },
  };
}

function scriptElement(
  { given, text }: { readonly given: Readonly<Record<string, string>>; readonly text: string },
  { mapScript, librariesIn }: Required<Pick<HtmlMapping, 'mapScript' | 'librariesIn'>>,
): string {
  const { type: written = '', src: source, integrity, ...rest } = given;
  const type = written.trim().toLowerCase();
  if (!JAVASCRIPT.test(type)) return `<script${attributes({ ...rest, type, src: source })}>${text}</script>`;
  // A module that only loads a library is treated as that library's script.
  const loaded = source?.replaceAll('&amp;', '&') ?? /^\s*import\s*["']([^"']+)["'];?\s*$/.exec(text)?.[1];
  const mapped = loaded === undefined ? undefined : mapScript(loaded);
  if (mapped === null) return '';
  if (mapped !== undefined && 'library' in mapped)
    return `<script${attributes({ type: 'text/plain', 'data-run': 'library', 'data-library': mapped.library })}></script>`;
  return `<script${attributes({
    ...rest,
    integrity,
    type: 'text/plain',
    'data-run': type === 'module' ? 'module' : 'classic',
    'data-src': source?.replaceAll('&amp;', '&'),
    'data-missing': mapped?.missing,
    'data-library': librariesIn(text).join(' ') || undefined,
  })}>${text}</script>`;
}
