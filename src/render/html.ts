/** HTML text: escaping, and keeping a fragment that somebody else wrote within its place. */
import { Parser } from 'htmlparser2';

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** For text and for attribute values in double quotes. */
export function escapeHtml(text: string): string {
  return /[&<>"]/.test(text) ? text.replace(/[&<>"]/g, (char) => ESCAPES[char] ?? char) : text;
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

/** Another address for a script's: `undefined` leaves it, `null` leaves the script out. */
export type MapScript = (src: string) => string | null | undefined;

/**
 * The fragment with every element closed and none closed that it did not open, so that it cannot break out of where it
 * is
 * put. Its scripts are set aside (`type="text/plain" data-run`): the frame runs them once and in order.
 */
export function containHtml(html: string, mapScript: MapScript = () => undefined): string {
  let out = '';
  let script: { readonly given: Readonly<Record<string, string>>; text: string } | undefined;
  let isPlain = false;
  const raw = () => html.slice(parser.startIndex, parser.endIndex + 1);
  const parser: Parser = new Parser(
    {
      onopentag(name, given, implied) {
        if (name === 'script') script = { given, text: '' };
        else if (name === 'plaintext') {
          // nothing would ever close it again
          isPlain = true;
          out += '<pre>';
        } else if (!implied && !DOCUMENT.has(name) && !('http-equiv' in given)) out += raw();
      },
      onclosetag(name, implied) {
        if (name === 'script' && script !== undefined) out += scriptElement(script, mapScript);
        else if (name === 'plaintext') out += '</pre>';
        else if (!DOCUMENT.has(name) && !(implied && VOID.has(name))) out += `</${name}>`;
        if (name === 'script') script = undefined;
      },
      ontext() {
        if (script === undefined) out += isPlain ? escapeHtml(raw()) : raw();
        else script.text += raw();
      },
      oncomment() {
        out += raw().endsWith('-->') ? raw() : '';
      },
    },
    { decodeEntities: false, lowerCaseTags: true, recognizeSelfClosing: false },
  );
  parser.end(html);
  return out;
}

function scriptElement(
  { given, text }: { readonly given: Readonly<Record<string, string>>; readonly text: string },
  mapScript: MapScript,
): string {
  const { type: written = '', src: source, integrity, ...rest } = given;
  const type = written.trim().toLowerCase();
  if (!JAVASCRIPT.test(type)) return `<script${attributes({ ...rest, type, src: source })}>${text}</script>`;
  // A module that does nothing but load a library is that library's script.
  const loaded = source?.replaceAll('&amp;', '&') ?? /^\s*import\s*["']([^"']+)["'];?\s*$/.exec(text)?.[1];
  const mapped = loaded === undefined ? undefined : mapScript(loaded);
  if (mapped === null) return '';
  if (mapped !== undefined)
    return `<script${attributes({ type: 'text/plain', 'data-run': 'classic', 'data-src': mapped })}></script>`;
  const src = source?.replaceAll('&amp;', '&');
  return `<script${attributes({ ...rest, integrity, type: 'text/plain', 'data-run': type === 'module' ? 'module' : 'classic', 'data-src': src })}>${text}</script>`;
}
