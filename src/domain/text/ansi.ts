/**
 * Text attributes of a terminal (ECMA-48 SGR) as a small canonical string: the parameters that switch on what is on, in
 * a fixed order (`1;38;5;196`); `''` is plain text. Two equal looks are two equal strings.
 */

const BOLD = 0,
  FAINT = 1,
  ITALIC = 2,
  UNDERLINE = 3,
  INVERSE = 4,
  STRIKE = 5,
  FOREGROUND = 6,
  BACKGROUND = 7;

/** The state after `ESC [ parameters m`. Unknown parameters change nothing. */
export function applySgr(state: string, parameters: string): string {
  const slots = ['', '', '', '', '', '', '', ''];
  if (state !== '') switchOn(slots, state.split(';'));
  switchOn(slots, parameters.split(/[;:]/));
  return slots.filter((slot) => slot !== '').join(';');
}

/** The sequence that leads from one state to another. */
export function sgrBetween(from: string, to: string): string {
  if (from === to) return '';
  if (to === '') return '\x1b[0m';
  return from === '' ? `\x1b[${to}m` : `\x1b[0;${to}m`;
}

function switchOn(slots: string[], codes: readonly string[]): void {
  for (let at = 0; at < codes.length; at++) {
    const code = Number(codes[at] === '' ? 0 : codes[at]);
    if (code === 38 || code === 48) {
      const taken = codes[at + 1] === '5' ? 3 : codes[at + 1] === '2' ? 5 : 1;
      if (taken > 1 && at + taken <= codes.length) {
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
