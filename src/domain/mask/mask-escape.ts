/** The escapes that may hide a secret from the search, and how each is decoded. `mask-view.ts` applies them. */

export interface Escape {
  readonly token: RegExp;
  /** Matches, perhaps emptily, an incomplete escape at the end of a text. */
  readonly open: RegExp;
  /** No incomplete escape is longer. */
  readonly openChars: number;
  readonly decode: (token: string) => string;
  /** Shorter matches do not count: they would join what is separate in ordinary text. */
  readonly leastMatch?: number;
  /** Shorter beginnings at the end of the text are not held back. */
  readonly leastHold?: number;
}

/** Limit of sequences and tags; longer ones are text. */
const LONGEST = 4_096;
const LETTERS: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  a: '\x07',
  0: '\0',
};
/** Characters that occur in passwords, and invisible ones. A non-breaking space looks like any other. */
const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  shy: '',
  zwj: '',
  zwnj: '',
  tab: '\t',
  newline: '\n',
  excl: '!',
  num: '#',
  dollar: '$',
  percnt: '%',
  lpar: '(',
  rpar: ')',
  ast: '*',
  plus: '+',
  comma: ',',
  period: '.',
  sol: '/',
  colon: ':',
  semi: ';',
  equals: '=',
  quest: '?',
  commat: '@',
  lsqb: '[',
  lbrack: '[',
  bsol: '\\',
  rsqb: ']',
  rbrack: ']',
  hat: '^',
  lowbar: '_',
  grave: '`',
  lcub: '{',
  lbrace: '{',
  verbar: '|',
  vert: '|',
  rcub: '}',
  rbrace: '}',
};

/** UTF-8 bytes that each follow a marker character, as in URLs and quoted-printable mail. */
function bytesBehind(sign: string): string {
  const byte = `${sign}[\\da-f]{2}`;
  const next = `${sign}[89ab][\\da-f]`;
  return `${sign}[0-7][\\da-f]|${sign}[cd][\\da-f]${next}|${sign}e[\\da-f](?:${next}){2}|${sign}f[0-7](?:${next}){3}|${byte}`;
}

function openBehind(sign: string): string {
  const next = `${sign}[89ab][\\da-f]`;
  return `(?:${sign}[cd][\\da-f]|${sign}e[\\da-f](?:${next})?|${sign}f[\\da-f](?:${next}){0,2})?(?:${sign}[\\da-f]?)?$`;
}

function fromPercent(token: string): string {
  try {
    return decodeURIComponent(token);
  } catch {
    return token.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  }
}

export const PERCENT: Escape = {
  token: new RegExp(bytesBehind('%'), 'gi'),
  open: new RegExp(openBehind('%'), 'i'),
  openChars: 24,
  decode: fromPercent,
};

/** Mail: bytes after `=`, and continued lines. Source: RFC 2045, 6.7. */
export const QUOTED_PRINTABLE: Escape = {
  token: new RegExp(`=\\r?\\n|${bytesBehind('=')}`, 'gi'),
  open: new RegExp(`=\\r$|${openBehind('=')}`, 'i'),
  openChars: 24,
  decode: (token) => (/\n$/.test(token) ? '' : fromPercent(token.replaceAll('=', '%'))),
};

/** JSON, JavaScript and Python string escapes; elsewhere a backslash means the next character, as in shells. */
export const BACKSLASH: Escape = {
  token: /\\(?:u\{[\da-fA-F]{1,6}\}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|x[\da-fA-F]{2}|[^])/g,
  open: /\\(?:u\{[\da-fA-F]{0,6}|u[\da-fA-F]{0,3}|U[\da-fA-F]{0,7}|x[\da-fA-F]?)?$/,
  openChars: 24,
  decode(token) {
    const hex = /^\\[uUx]\{?([\da-fA-F]+)/.exec(token)?.[1];
    if (hex !== undefined) return codePoint(parseInt(hex, 16)) ?? token;
    return LETTERS[token.charAt(1)] ?? token.slice(1);
  },
};

/** Quotes are doubled in CSV and SQL. */
export const DOUBLED: Escape = {
  token: /""|''/g,
  open: /(?<=(?<!")(?:"")*)"$|(?<=(?<!')(?:'')*)'$/,
  openChars: 24,
  decode: (token) => token.charAt(0),
};

/** Browsers also read numbers without a semicolon. */
export const HTML: Escape = {
  token: new RegExp(`&(?:#\\d{1,7};?|#x[\\da-f]{1,6};?|(?:${Object.keys(NAMED).join('|')});)`, 'gi'),
  open: /&(?:[a-z]{0,7}|#\d{0,7}|#x[\da-f]{0,6})$/i,
  openChars: 24,
  decode(token) {
    const number = /^&#(?:x([\da-f]+)|(\d+))/i.exec(token);
    if (!number) return NAMED[token.slice(1, -1).toLowerCase()] ?? token;
    return codePoint(number[1] === undefined ? parseInt(number[2]!, 10) : parseInt(number[1], 16)) ?? token;
  },
};

/** Base64 tools break lines: text that is too long to match by chance counts across line ends. */
export const LINE_END: Escape = {
  token: /[\r\n]+/g,
  open: /$/,
  openChars: 1,
  decode: () => '',
  leastMatch: 12,
  leastHold: 4,
};

/** Source: ECMA-48, control sequences; the commands of xterm. */
const SEQUENCE = `\\x1b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\\x07\\x1b]{0,${LONGEST}}(?:\\x07|\\x1b\\\\)|[()*+][0-9A-Za-z]|[^[\\]()*+])`;
const OPEN_SEQUENCE = /\x1b(?:\[[0-?]*[ -/]*|\][^\x07\x1b]*\x1b?|[()*+])?$/;

/** Colours within a secret, and other control sequences of a terminal, do not hide it from a reader. */
export const SEQUENCES: Escape = {
  token: new RegExp(SEQUENCE, 'g'),
  open: OPEN_SEQUENCE,
  openChars: LONGEST + 8,
  decode: () => '',
};

/** Nor do invisible characters. */
export const UNSEEN: Escape = {
  token: new RegExp(
    `${SEQUENCE}|[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1a\\x1c-\\x1f\\x7f\\xad\\u200b-\\u200f\\u2060\\ufeff]+`,
    'g',
  ),
  open: OPEN_SEQUENCE,
  openChars: LONGEST + 8,
  decode: () => '',
};

const TAG = `<[!/a-zA-Z](?:(?:[^<>"']|"[^"<]*"|'[^'<]*')*|[^<>]{0,${LONGEST}})>`;
const OPEN_TAG = /<(?:[!/a-zA-Z][^<]*)?$/;

/** A secret may be displayed in pieces of several colours, or in the cells of a table. */
export const TAGS_JOINED: Escape = {
  token: new RegExp(TAG, 'g'),
  open: OPEN_TAG,
  openChars: LONGEST,
  decode: () => '',
  leastMatch: 8,
};

/** A secret with spaces in it may be spread over a row. */
export const TAGS_SPACED: Escape = {
  token: new RegExp(`${TAG}(?:\\s*${TAG})*\\s*`, 'g'),
  open: /<(?:[!/a-zA-Z][^<]*)?$|>\s*$/,
  openChars: LONGEST,
  decode: () => ' ',
  leastMatch: 6,
};

function codePoint(value: number): string | undefined {
  return value <= 0x10ffff ? String.fromCodePoint(value) : undefined;
}
