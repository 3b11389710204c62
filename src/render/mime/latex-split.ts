/** Text with formulas in it, taken apart in one walk. */

export interface LatexPart {
  readonly type: 'text' | 'formula';
  /** Of a formula: without its delimiters, but an environment keeps them. */
  readonly text: string;
  /** Of a formula: set on a line of its own. */
  readonly display: boolean;
}

/** A formula between single dollars is looked for so far; longer ones nobody writes. */
const MOST_DOLLAR_CHARS = 5000;

const OPENER = /\$\$|\$|\\\[|\\\(|\\begin\{(\w+\*?)\}/g;
const CLOSERS: Readonly<Record<string, string>> = { $$: '$$', '\\[': '\\]', '\\(': '\\)' };
const DOLLAR = new RegExp(`(?:\\\\.|[^$\\\\]){1,${MOST_DOLLAR_CHARS}}\\$`, 'y');

/** `$$…$$`, `\[…\]`, `\(…\)`, `$…$` and environments are formulas; a delimiter that is never closed is text. */
export function splitLatex(tex: string): readonly LatexPart[] {
  const parts: LatexPart[] = [];
  const endOf = endFinder(tex);
  const opener = new RegExp(OPENER);
  let at = 0;
  for (let match = opener.exec(tex); match !== null; match = opener.exec(tex)) {
    const [open, environment] = match;
    const end = endOf(open, environment, match.index + open.length);
    opener.lastIndex = end ?? match.index + 1;
    if (end === undefined) continue;
    if (match.index > at) parts.push({ type: 'text', text: tex.slice(at, match.index), display: false });
    const text =
      environment === undefined
        ? tex.slice(match.index + open.length, end - (CLOSERS[open] ?? '$').length)
        : tex.slice(match.index, end);
    parts.push({ type: 'formula', text, display: open !== '$' && open !== '\\(' });
    at = end;
  }
  if (at < tex.length) parts.push({ type: 'text', text: tex.slice(at), display: false });
  return parts;
}

/** Answers where the formula ends that begins with this delimiter; what is not found once is not looked for again. */
function endFinder(tex: string): (open: string, environment: string | undefined, from: number) => number | undefined {
  const missing = new Set<string>();
  return (open, environment, from) => {
    if (open === '$') {
      DOLLAR.lastIndex = from;
      return DOLLAR.test(tex) ? DOLLAR.lastIndex : undefined;
    }
    const closer = environment === undefined ? CLOSERS[open]! : `\\end{${environment}}`;
    // a formula of nothing is none
    const at = missing.has(closer) ? -1 : tex.indexOf(closer, environment === undefined ? from + 1 : from);
    if (at !== -1) return at + closer.length;
    missing.add(closer);
    return undefined;
  };
}
