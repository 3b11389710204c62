/** Splits text that contains formulas, in one pass. */
import { formulaFinder, OPENER } from './math-scan.ts';

export interface MathPart {
  readonly type: 'text' | 'formula';
  /** Of a formula: without its delimiters, but an environment keeps them. */
  readonly text: string;
  /** Of a formula: on its own line. */
  readonly display: boolean;
}

/** `$$…$$`, `\[…\]`, `\(…\)`, `$…$` and environments are formulas; a delimiter that is never closed is text. */
export function splitMath(tex: string): readonly MathPart[] {
  const parts: MathPart[] = [];
  const find = formulaFinder(tex);
  const opener = new RegExp(OPENER);
  let at = 0;
  for (let match = opener.exec(tex); match !== null; match = opener.exec(tex)) {
    // an escaped dollar is an ordinary one of the text
    const found = match[0] === '$' && tex[match.index - 1] === '\\' ? undefined : find(match.index);
    if (found === undefined) continue;
    if (match.index > at) parts.push({ type: 'text', text: tex.slice(at, match.index), display: false });
    parts.push({ type: 'formula', text: found.tex, display: found.display });
    opener.lastIndex = at = found.end;
  }
  if (at < tex.length) parts.push({ type: 'text', text: tex.slice(at), display: false });
  return parts;
}
