/** Names of files that runs leave for download: safe on every system, unique in the run. */

const NAME_CHARS = 120;
const NAME_BYTES = 200;
const EXTENSION_CHARS = 16;
/** Names that Windows reserves, with any extension. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(\.|$)/i;
/** Control characters, marks that change the direction of text, zero-width characters, lone surrogates. */
const INVISIBLE = /[\p{Cc}\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|\p{Cs}/gu;

/**
 * A plain file name for any text or relative path: folders become `folder-file`, characters that some system refuses
 * become `_`.
 */
export function safeFileName(wanted: string): string {
  const parts = wanted
    .normalize('NFC')
    .replace(INVISIBLE, '')
    .split(/[/\\]/)
    .map((part) => part.trim())
    .filter((part) => part !== '' && part !== '.' && part !== '..');
  const plain = parts
    .join('-')
    .replace(/[<>:"|?*]/g, '_')
    .replace(/^[.\s]+|[.\s]+$/g, '');
  const named = plain === '' ? 'file' : RESERVED.test(plain) ? `_${plain}` : plain;
  return shorten(named);
}

/** The name itself, or with the first number that makes it unique: `sales (2).csv`. Case is ignored. */
export function uniqueFileName(name: string, taken: ReadonlySet<string>): string {
  const lower = new Set([...taken].map((other) => other.toLowerCase()));
  const { stem, extension } = split(name);
  for (let count = 1; ; count += 1) {
    const candidate = count === 1 ? name : `${stem} (${count})${extension}`;
    if (!lower.has(candidate.toLowerCase())) return candidate;
  }
}

function split(name: string): { readonly stem: string; readonly extension: string } {
  const dot = name.lastIndexOf('.');
  return dot <= 0 || name.length - dot > EXTENSION_CHARS
    ? { stem: name, extension: '' }
    : { stem: name.slice(0, dot), extension: name.slice(dot) };
}

function shorten(name: string): string {
  const { stem, extension } = split(name);
  const characters = [...stem].slice(0, NAME_CHARS - extension.length);
  const bytes = (text: string) => new TextEncoder().encode(text).byteLength;
  while (characters.length > 1 && bytes(characters.join('')) + bytes(extension) > NAME_BYTES) characters.pop();
  return `${characters.join('').replace(/[.\s]+$/, '')}${extension}`;
}
