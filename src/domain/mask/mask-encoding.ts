/**
 * The encodings of a secret that are searched for directly. Escapes (percent, backslash, HTML) have too many spellings
 * to list: `mask-view.ts` decodes them in the text instead.
 */

/** A multi-line secret (a private key) also counts line by line if a line is at least this long. */
const LINE_CHARS = 16;

/** Base32 alphabet. Source: RFC 4648. */
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * Distinct, not empty: plain, `+` for space, UTF-8 read as Latin-1, base64 at each alignment (also of UTF-16, as on
 * Windows), base32, hex and lists of bytes.
 */
export function spellings(secret: string): string[] {
  const bytes = new TextEncoder().encode(secret);
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0'));
  const all = new Set([
    secret,
    secret.replaceAll(' ', '+'),
    String.fromCharCode(...bytes),
    ...base64s(bytes).flatMap((text) => [text, text.replaceAll('+', '-').replaceAll('/', '_')]),
    ...base64s(wide(secret)),
    ...base32s(bytes),
    ...['', ':', ' '].flatMap((between) => [hex.join(between), hex.join(between).toUpperCase()]),
    ...[', ', ','].map((between) => bytes.join(between)),
    ...secret.split(/[\r\n]+/).filter((line) => line.length >= LINE_CHARS && !line.startsWith('-----')),
  ]);
  all.delete('');
  return [...all];
}

/** UTF-16, the low byte first. */
function wide(text: string): Uint8Array {
  return Uint8Array.from(
    { length: 2 * text.length },
    (_, at) => (text.charCodeAt(at >> 1) >> (at % 2 === 0 ? 0 : 8)) & 0xff,
  );
}

/** As `base64s`, for each position of the first byte modulo 5. */
function base32s(bytes: Uint8Array): string[] {
  return [0, 1, 2, 3, 4].map((before) => {
    const bits = [...new Array<number>(before).fill(0), ...bytes]
      .map((byte) => byte.toString(2).padStart(8, '0'))
      .join('');
    const from = Math.ceil((before * 8) / 5);
    const to = Math.floor(((before + bytes.length) * 8) / 5);
    return Array.from(
      { length: to - from },
      (_, at) => BASE32[parseInt(bits.slice(5 * (from + at), 5 * (from + at) + 5), 2)],
    ).join('');
  });
}

/**
 * What base64 of any text that contains the bytes must contain: one string for each position of the first byte modulo
 * 3.
 */
function base64s(bytes: Uint8Array): string[] {
  return [0, 1, 2].map((before) => {
    const text = btoa('\0'.repeat(before) + String.fromCharCode(...bytes));
    return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  });
}
