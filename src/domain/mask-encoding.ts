/**
 * The spellings of a secret that are looked for as they stand. Escapes (percent, backslash, HTML) have too many
 * spellings
 * to list: `mask-view.ts` undoes them in the text instead.
 */

/** A multi-line secret (a private key) also counts line by line from this length on. */
const LINE_CHARS = 16;

/** Distinct, not empty: plain, `+` for space, UTF-8 read as Latin-1, base64 at each alignment, hex. */
export function spellings(secret: string): string[] {
  const bytes = new TextEncoder().encode(secret);
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const all = new Set([
    secret,
    secret.replaceAll(' ', '+'),
    String.fromCharCode(...bytes),
    ...base64s(bytes).flatMap((text) => [text, text.replaceAll('+', '-').replaceAll('/', '_')]),
    hex,
    hex.toUpperCase(),
    ...secret.split(/[\r\n]+/).filter((line) => line.length >= LINE_CHARS && !line.startsWith('-----')),
  ]);
  all.delete('');
  return [...all];
}

/** What base64 of any text that holds the bytes must hold: one string for each place of the first byte modulo 3. */
function base64s(bytes: Uint8Array): string[] {
  return [0, 1, 2].map((before) => {
    const text = btoa('\0'.repeat(before) + String.fromCharCode(...bytes));
    return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  });
}
