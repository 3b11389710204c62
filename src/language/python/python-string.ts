/**
 * Python's string literals, both ways. Source:
 * https://docs.python.org/3/reference/lexical_analysis.html#string-and-bytes-literals
 */

const PARTS = /^([a-zA-Z]*)("""|'''|"|')([\s\S]*)\2$/;
const ESCAPE = /\\(?:\r\n|[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|[\s\S])/g;
const SIMPLE: Readonly<Record<string, string>> = {
  '\n': '',
  '\r\n': '',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/**
 * The text of one literal with its quotes, any prefix; `bytes` if it is one. Undefined for what needs Python itself:
 * names of characters, replacement fields, bytes that are not UTF-8.
 */
export function decodeString(literal: string): { readonly text: string; readonly bytes: boolean } | undefined {
  const [, prefix, , body] = PARTS.exec(literal) ?? [];
  if (prefix === undefined || body === undefined) return undefined;
  const kind = prefix.toLowerCase();
  if (/[^rbuf]/.test(kind) || (kind.includes('f') && /[{}]/.test(body))) return undefined;
  const plain = body.replaceAll('\r\n', '\n');
  const bytes = kind.includes('b');
  const text = kind.includes('r') ? plain : unescaped(plain, bytes);
  if (text === undefined || !bytes) return text === undefined ? undefined : { text, bytes };
  return utf8(text);
}

function unescaped(body: string, bytes: boolean): string | undefined {
  let known = true;
  const text = body.replace(ESCAPE, (escape) => {
    const rest = escape.slice(1);
    const simple = SIMPLE[rest];
    if (simple !== undefined) return simple;
    if (/^[0-7]/.test(rest)) return String.fromCharCode(Number.parseInt(rest, 8) & (bytes ? 0xff : 0x1ff));
    if (/^x./.test(rest)) return String.fromCharCode(Number.parseInt(rest.slice(1), 16));
    if (bytes) return escape;
    if (/^[uU]./.test(rest)) {
      const point = Number.parseInt(rest.slice(1), 16);
      if (point <= 0x10ffff) return String.fromCodePoint(point);
    }
    if (/^[NuU]/.test(rest)) known = false;
    return escape;
  });
  return known ? text : undefined;
}

function utf8(text: string): { readonly text: string; readonly bytes: true } | undefined {
  try {
    const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes), bytes: true };
  } catch {
    return undefined;
  }
}

/** A literal on one line; everything that an editor might hide or change is escaped, including lone surrogates. */
export function encodeString(text: string): string {
  const body = text.replace(/[\\"]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, escaped);
  return `"${body}"`;
}

/** A `b"..."` literal of the text's UTF-8. */
export function encodeBytes(text: string): string {
  const characters = Array.from(new TextEncoder().encode(text), (byte) =>
    byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x5c ? `\\x${hex(byte, 2)}` : String.fromCharCode(byte),
  );
  return `b"${characters.join('')}"`;
}

function escaped(character: string): string {
  if (character === '\\' || character === '"') return `\\${character}`;
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  const point = character.codePointAt(0) ?? 0;
  if (point <= 0xff) return `\\x${hex(point, 2)}`;
  return point <= 0xffff ? `\\u${hex(point, 4)}` : `\\U${hex(point, 8)}`;
}

function hex(value: number, width: number): string {
  return value.toString(16).padStart(width, '0');
}
