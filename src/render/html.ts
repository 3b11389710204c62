/** HTML text: escaping, and keeping a fragment that somebody else wrote within its place. */
import { Parser } from 'htmlparser2';

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** For text and for attribute values in double quotes. */
export function escapeHtml(text: string): string {
  return /[&<>"]/.test(text) ? text.replace(/[&<>"]/g, (char) => ESCAPES[char] ?? char) : text;
}

/** A JSON value as the text of a script element. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

/** `undefined` and `false` leave an attribute out, `true` leaves its value out. */
export function attributes(values: Readonly<Record<string, string | number | boolean | undefined>>): string {
  return Object.entries(values).filter(([, value]) => value !== undefined && value !== false)
    .map(([name, value]) => (value === true ? ` ${name}` : ` ${name}="${escapeHtml(String(value))}"`)).join('');
}

const JAVASCRIPT = /^(|module|(text|application)\/(x-)?(java|ecma)script)$/i;

/**
 * The fragment with every element closed and none closed that it did not open, so that it cannot break out of where it is
 * put. Its scripts are set aside (`type="text/plain" data-run`): the frame runs them once and in order. `mapScript`
 * answers another address for a script's, or undefined to leave it.
 */
export function containHtml(html: string, mapScript: (src: string) => string | undefined = () => undefined): string {
  let out = '';
  const raw = () => html.slice(parser.startIndex, parser.endIndex + 1);
  const parser: Parser = new Parser({
    onopentag(name, given, implied) {
      if (name === 'script') out += scriptTag(given, mapScript);
      else if (!implied && !/^(html|head|body)$/.test(name)) out += raw();
    },
    onclosetag(name, implied) {
      if (implied ? !VOID.has(name) && !/^(html|head|body)$/.test(name) : !/^(html|head|body)$/.test(name)) out += `</${name}>`;
    },
    ontext() { out += raw(); },
    oncomment() { out += raw().endsWith('-->') ? raw() : ''; },
  }, { decodeEntities: false, lowerCaseTags: true, recognizeSelfClosing: false });
  parser.end(html);
  return out;
}

const VOID = new Set(['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'source', 'track', 'wbr']);

function scriptTag(given: Readonly<Record<string, string>>, mapScript: (src: string) => string | undefined): string {
  const { type = '', src, ...rest } = given;
  const decoded = src?.replaceAll('&amp;', '&');
  const address = decoded === undefined ? undefined : mapScript(decoded) ?? decoded;
  if (!JAVASCRIPT.test(type.trim())) return `<script${attributes({ ...rest, type, src: address })}>`;
  return `<script${attributes({ ...rest, type: 'text/plain', 'data-run': /^module$/i.test(type.trim()) ? 'module' : 'classic', 'data-src': address })}>`;
}
