/** Finds formulas in a text by their delimiters; all of a text in time linear in its length. */

export interface FoundFormula {
  /** Without its delimiters, but an environment keeps them. */
  readonly tex: string;
  /** On its own line. */
  readonly display: boolean;
  /** The position after it. */
  readonly end: number;
}

/** Formulas are searched for up to this length; nobody writes longer ones. */
const MOST_CHARS = 20_000;
/** The same for a formula between single dollars, which may be prices. */
const MOST_DOLLAR_CHARS = 5000;

/** How a formula can begin; `\\(` and `\\[` are how Jupyter's Markdown writes `\(` and `\[`. */
export const OPENER = /\$\$?|\\?\\[([]|\\begin\s*\{/g;
const ENVIRONMENT = /\\(begin|end)\s*\{([A-Za-z]{1,30}\*?)\}/g;
const COMMAND = /\\[A-Za-z]/;
const BRACKETS: Readonly<Record<string, string>> = { '(': ')', '[': ']' };

export type FindFormula = (at: number) => FoundFormula | undefined;

/**
 * Returns a function that finds the formula that begins at a position of the text. Prices are not formulas.
 * `isMarkdown`: a single backslash before a bracket is an escape there, unless only a formula can be meant.
 */
export function formulaFinder(text: string, { isMarkdown = false } = {}): FindFormula {
  const indexOf = closerFinder(text);
  let ends: ReadonlyMap<number, number> | undefined;

  function between(from: number, closer: string): FoundFormula | undefined {
    const at = indexOf(closer, from);
    if (at === -1 || at - from > MOST_CHARS || text.slice(from, at).trim() === '') return undefined;
    return { tex: text.slice(from, at), display: !closer.endsWith(')'), end: at + closer.length };
  }

  function brackets(at: number): FoundFormula | undefined {
    const bars = text[at + 1] === '\\' ? '\\\\' : '\\';
    const open = text[at + bars.length] ?? '';
    const found = between(at + bars.length + 1, bars + BRACKETS[open]!);
    const isEscape = isMarkdown && bars.length === 1 && !/\\[A-Za-z]|\^|_\{/.test(found?.tex ?? '');
    return isEscape ? undefined : found;
  }

  function environment(at: number): FoundFormula | undefined {
    ends ??= environmentEnds(text);
    const end = ends.get(at);
    return end === undefined || end - at > MOST_CHARS ? undefined : { tex: text.slice(at, end), display: true, end };
  }

  return (at) => {
    if (text.startsWith('$$', at)) return between(at + 2, '$$');
    if (text[at] === '$') return betweenDollars(text, at);
    if (text[at] !== '\\') return undefined;
    return text.startsWith('begin', at + 1) ? environment(at) : brackets(at);
  };
}

/** As `indexOf`; results, including negative ones, are cached. */
function closerFinder(text: string): (closer: string, from: number) => number {
  const last = new Map<string, number>();
  return (closer, from) => {
    const known = last.get(closer);
    if (known !== undefined && (known === -1 || known >= from)) return known;
    let at = text.indexOf(closer, from);
    // `\\$$` ends a row and the formula, `\$$` does not
    while (closer === '$$' && at !== -1 && isEscaped(text, at, from)) at = text.indexOf(closer, at + 1);
    last.set(closer, at);
    return at;
  };
}

/**
 * Where each environment ends, by where it begins: after its own `\end`, not that of a nested one with the same name.
 */
function environmentEnds(text: string): ReadonlyMap<number, number> {
  const ends = new Map<number, number>();
  const open = new Map<string, number[]>();
  for (const { 0: whole, 1: what, 2: name = '', index } of text.matchAll(ENVIRONMENT)) {
    const begun = open.get(name) ?? [];
    open.set(name, begun);
    if (what === 'begin') begun.push(index);
    else if (begun.length > 0) ends.set(begun.pop()!, index + whole.length);
  }
  return ends;
}

function betweenDollars(text: string, at: number): FoundFormula | undefined {
  if (text[at - 1] === '$' && text[at - 2] !== '\\') return undefined;
  const from = at + 1;
  let end = text.indexOf('$', from);
  while (end !== -1 && isEscaped(text, end, from)) end = text.indexOf('$', end + 1);
  if (end === -1 || end - from > MOST_DOLLAR_CHARS || text[end + 1] === '$') return undefined;
  const tex = text.slice(from, end);
  if (/^\s*$|\n[ \t]*\n/.test(tex) || isPrice(tex)) return undefined;
  return canOpen(text[at - 1], tex) && canClose(text[end + 1], tex) ? { tex, display: false, end: end + 1 } : undefined;
}

/** A dollar after a letter or digit (`US$`, `3$`) begins only what cannot be anything else: `CO$_2$`, `3$\times$3`. */
function canOpen(before: string | undefined, tex: string): boolean {
  return !isWord(before) || /^\s*([_^]|[A-Za-z]\s*$)/.test(tex) || COMMAND.test(tex);
}

/** As `canOpen`: `$n$th` and `$\alpha$s`, but not `$5 or $10` and not `$ABC/$DEF`. */
function canClose(after: string | undefined, tex: string): boolean {
  if (!isWord(after)) return true;
  if (COMMAND.test(tex)) return !/\s$/.test(tex) || /^\s/.test(tex);
  return /[A-Za-z]/.test(after ?? '') && (/^[A-Za-z]\w?'*$/.test(tex) || (/[_^]/.test(tex) && !/\s/.test(tex)));
}

function isWord(char: string | undefined): boolean {
  return char !== undefined && /[A-Za-z0-9]/.test(char);
}

/** Text between two amounts of money, or between two currency signs. */
function isPrice(tex: string): boolean {
  if (COMMAND.test(tex)) return false;
  if (/^\s*\d[\d.,]*\s?[A-Za-z%]*[,;:]?\s+[A-Za-z]{2,}/.test(tex)) return true;
  return /^\s|\s$/.test(tex) && !/[\\^_={}+*/<>|()[\]-]/.test(tex) && /[A-Za-z]{2,}|^\d.*\s$/.test(tex);
}

/** After an odd number of backslashes. */
function isEscaped(text: string, at: number, from: number): boolean {
  let bars = 0;
  while (at - bars > from && text[at - bars - 1] === '\\') bars += 1;
  return bars % 2 === 1;
}
