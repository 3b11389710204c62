/** The project's own style sheet for reports: `templates/report.css`. A changed file is used at once. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { plainFileReason, readPlainTextSync } from '../disk/plain-file.ts';
import type { ScriptProblem } from '../domain/problem.ts';

export const REPORT_STYLE = 'report.css';
/** It is in every report. */
const STYLE_BYTES = 200_000;

export interface ReportStyle {
  readonly css: string;
  readonly problem?: ScriptProblem;
}

const NONE: ReportStyle = { css: '' };

/** `directory`: of templates; may be missing. A broken style sheet is not used, and has a problem. */
export function readReportStyle(directory: string): ReportStyle {
  try {
    const css = readPlainTextSync(join(directory, REPORT_STYLE), STYLE_BYTES);
    const problem = styleProblem(css);
    return problem === undefined ? { css } : { css: '', problem };
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return NONE;
    return {
      css: '',
      problem: {
        what: `This style sheet cannot be read: ${plainFileReason(error)}.`,
        remedy: `Make it a plain file of at most ${String(STYLE_BYTES / 1000)} KB.`,
      },
    };
  }
}

/** Returns a function that reads the file when it has changed; tells each problem once. */
export function watchReportStyle(
  directory: string | undefined,
  onProblem: (problem: ScriptProblem) => void,
): () => string {
  if (directory === undefined) return () => '';
  let seen = '';
  let style = NONE;
  return () => {
    const stats = statSync(join(directory, REPORT_STYLE), { throwIfNoEntry: false });
    const now = stats === undefined ? '' : `${String(stats.mtimeMs)} ${String(stats.size)} ${String(stats.ino)}`;
    if (now !== seen) {
      seen = now;
      style = readReportStyle(directory);
      if (style.problem !== undefined) onProblem(style.problem);
    }
    return style.css;
  };
}

/** What a browser would silently misread: an open block, comment or text, or a brace too many. */
export function styleProblem(css: string): ScriptProblem | undefined {
  const open: number[] = [];
  for (const { 0: token, index } of css.matchAll(TOKENS)) {
    if (token === '{') open.push(index);
    else if (token === '}') {
      if (open.pop() === undefined) return broken('There is a } too many', css, index);
    } else if (token.startsWith('/*') && !/^\/\*[^]*\*\/$/.test(token))
      return broken('A comment is not closed', css, index);
    else if (/^["']/.test(token) && (token.length === 1 || token[0] !== token.at(-1)))
      return broken('A text is not closed', css, index);
  }
  const last = open.at(-1);
  return last === undefined ? undefined : broken('A { is not closed', css, last);
}

const TOKENS = /[{}]|\/\*[^]*?(?:\*\/|$)|"(?:[^"\\\n]|\\[^])*"?|'(?:[^'\\\n]|\\[^])*'?/g;

function broken(what: string, css: string, at: number): ScriptProblem {
  return {
    what: `${what}, so this style sheet is not used.`,
    where: `line ${String(css.slice(0, at).split('\n').length)}`,
    remedy: 'Correct it; reports then use it when they are loaded again.',
  };
}
