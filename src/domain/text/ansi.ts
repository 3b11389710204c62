/**
 * Text attributes of a terminal (ECMA-48 SGR) as a small canonical string: the parameters that switch on the active
 * attributes, in a fixed order (`1;38;5;196`); `''` is plain text. Equal looks have equal strings.
 */

const BOLD = 0,
  FAINT = 1,
  ITALIC = 2,
  UNDERLINE = 3,
  INVERSE = 4,
  STRIKE = 5,
  FOREGROUND = 6,
  BACKGROUND = 7;

/**
 * One escape sequence of a terminal: CSI (1: parameters, 2: final), OSC (3: its content), or a short one. Incomplete
 * ones do not match.
 */
export const ESCAPE_SEQUENCE =
  /\x1b(?:\[([0-?]*)[ -/]*([@-~])|\]([^\x07\x1b]*)(?:\x07|\x1b\\)|[()*+][0-9A-Za-z]|[^[\]()*+])/g;

/**
 * The text without colours and other sequences. Node's `stripVTControlCharacters` is no substitute: browsers lack it,
 * it removes text behind a sequence that never ends, and its time grows with the square of the length (30,000 times
 * `ESC ] ;` take 2.6 s).
 */
export function withoutEscapes(text: string): string {
  return text.includes('\x1b') ? text.replace(ESCAPE_SEQUENCE, '') : text;
}

/** The state after `ESC [ parameters m`. Unknown parameters change nothing. */
export function applySgr(state: string, parameters: string): string {
  const slots = ['', '', '', '', '', '', '', ''];
  if (state !== '') switchOn(slots, state.split(';'));
  switchOn(slots, parameters.split(';').flatMap(plainCodes));
  return slots.filter((slot) => slot !== '').join(';');
}

/** The sequence that changes one state into another. */
function sgrBetween(from: string, to: string): string {
  if (from === to) return '';
  if (to === '') return '\x1b[0m';
  return from === '' ? `\x1b[${to}m` : `\x1b[0;${to}m`;
}

/** Limit of an address. */
const MOST_LINK_CHARS = 2000;
const LINK = /^(?:https?|mailto):[\x21-\x7e]*$/i;

/**
 * The address of a hyperlink in the content of an OSC sequence, `8;parameters;address`; empty where the link ends, and
 * for an address that is not for readers; undefined for another sequence.
 * Source: https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda
 */
export function linkOf(content: string): string | undefined {
  if (!content.startsWith('8;')) return undefined;
  const address = content.slice(content.indexOf(';', 2) + 1);
  return address.length <= MOST_LINK_CHARS && LINK.test(address) ? address : '';
}

/** What a character looks like: its attributes and, behind a line end, the address to which it links. */
export function styleOf(sgr: string, link: string): string {
  return link === '' ? sgr : `${sgr}\n${link}`;
}

export function splitStyle(style: string): { readonly sgr: string; readonly link: string } {
  const at = style.indexOf('\n');
  return at === -1 ? { sgr: style, link: '' } : { sgr: style.slice(0, at), link: style.slice(at + 1) };
}

/** The sequences that change one style into another. */
export function styleBetween(from: string, to: string): string {
  if (from === to) return '';
  const [before, after] = [splitStyle(from), splitStyle(to)];
  const link = before.link === after.link ? '' : `\x1b]8;;${after.link}\x1b\\`;
  return sgrBetween(before.sgr, after.sgr) + link;
}

/**
 * Converts codes with colons (ISO 8613-6) to those without: `38:5:196`, `38:2::1:2:3`, `4:3` (a wavy line). The colour
 * of a line (58) is dropped, and so is a line that is switched off this way (`4:0`).
 */
function plainCodes(code: string): readonly string[] {
  const [first = '', kind, ...rest] = code.split(':');
  if (kind === undefined) return [code];
  if (first === '4') return [kind === '0' ? '24' : '4'];
  if (first !== '38' && first !== '48') return [];
  // the second of six is a colour space
  if (kind === '2') return [first, '2', ...rest.slice(rest.length > 3 ? 1 : 0).slice(0, 3)];
  return kind === '5' ? [first, '5', ...rest.slice(0, 1)] : [];
}

function switchOn(slots: string[], codes: readonly string[]): void {
  for (let at = 0; at < codes.length; at++) {
    const code = Number(codes[at] === '' ? 0 : codes[at]);
    if (code === 38 || code === 48 || code === 58) {
      const taken = codes[at + 1] === '5' ? 3 : codes[at + 1] === '2' ? 5 : 1;
      if (code !== 58 && taken > 1 && at + taken <= codes.length) {
        slots[code === 38 ? FOREGROUND : BACKGROUND] = codes.slice(at, at + taken).join(';');
      }
      at += taken - 1;
    } else {
      switchOne(slots, code);
    }
  }
}

function switchOne(slots: string[], code: number): void {
  if (code === 0) slots.fill('');
  else if (code >= 1 && code <= 4) slots[BOLD + code - 1] = String(code);
  else if (code === 7) slots[INVERSE] = '7';
  else if (code === 9) slots[STRIKE] = '9';
  else if (code === 21) slots[UNDERLINE] = '4';
  else if (code === 22) slots[BOLD] = slots[FAINT] = '';
  else if (code === 23) slots[ITALIC] = '';
  else if (code === 24) slots[UNDERLINE] = '';
  else if (code === 27) slots[INVERSE] = '';
  else if (code === 29) slots[STRIKE] = '';
  else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) slots[FOREGROUND] = String(code);
  else if (code === 39) slots[FOREGROUND] = '';
  else if ((code >= 40 && code <= 47) || (code >= 100 && code <= 107)) slots[BACKGROUND] = String(code);
  else if (code === 49) slots[BACKGROUND] = '';
}
