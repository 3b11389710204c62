/** LaTeX that is text and no formula: a `tabular`, as `DataFrame.to_latex` writes it, becomes a table. */
import { escapeHtml } from './html.ts';

/** Environments that no library for formulas knows. */
const TEXT =
  /\\begin\s*\{(?:tabular[x*]?|longtable|table\*?|itemize|enumerate|figure\*?|document|tikzpicture|verbatim|center)\}/;
const TABULAR =
  /\\begin\s*\{(tabular[x*]?|longtable)\}(?:\s*\{[^{}]*\})?\s*(?:\[[^\]]*\]\s*)?\{((?:[^{}]|\{[^{}]*\})*)\}([^]*?)\\end\s*\{\1\}/;
const CAPTION = /\\caption(?:\[[^\][]{0,500}\])?\{((?:[^{}]|\{[^{}]{0,500}\}){0,2000})\}/;
/** Lines and spacing. */
const RULES =
  /\\(?:(?:top|mid|bottom)rule|hline|cline\{[^{}]{0,40}\}|cmidrule(?:\([^()]{0,40}\))?\{[^{}]{0,40}\}|addlinespace|label\{[^{}]{0,200}\})(?:\[[^\][]{0,40}\])?/g;
const MULTI_COLUMN = /^\\multicolumn\{(\d{1,3})\}\{[^{}]*\}\{([^]*)\}$/;
const MULTI_ROW = /^\\multirow(?:\[[^\]]*\])?\{[^{}]*\}\{[^{}]*\}\{([^]*)\}$/;
const STYLED = /\\(?:textbf|textit|emph|texttt|underline|text)\s*\{([^{}]*)\}/g;
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/\\textbackslash\s?(?:\{\})?/g, '\u0001'],
  [/\\textasciitilde\s?(?:\{\})?/g, '\u0002'],
  [/\\textasciicircum\s?(?:\{\})?/g, '^'],
  [/\\([&%$#_{}])/g, '$1'],
  [/(?<!\\)~/g, '\u00a0'],
  // after the others, which they would change
  [/\u0001/g, '\\'],
  [/\u0002/g, '~'],
];
/** A table in its place, centred. */
const MOST_ENVIRONMENTS = 3;
const MOST_CELLS = 50_000;

/** HTML of a table, or of the source where it is more than a table; undefined for formulas. */
export function latexText(tex: string): string | undefined {
  if (!TEXT.test(tex)) return undefined;
  const source = `<pre>${escapeHtml(tex.trim())}</pre>`;
  if (tex.split('\\begin').length > MOST_ENVIRONMENTS + 1) return source;
  const [whole, , layout = '', body = ''] = TABULAR.exec(tex) ?? [];
  if (whole === undefined || TEXT.test(body)) return source;
  const rows = rowsOf(body);
  if (rows === undefined) return source;
  const numeric = [...layout.replace(/[@p]\{[^{}]*\}/g, '').replace(/[^lcrS]/g, '')].map((side) => /[rS]/.test(side));
  const caption = CAPTION.exec(tex)?.[1];
  const head = rows.head.map((cells) => rowOf(cells, 'th', numeric)).join('');
  const cells = rows.body.map((row) => rowOf(row, 'td', numeric)).join('');
  return (
    `<div class="prose"><div class="table-scroll"><table>${caption === undefined ? '' : `<caption>${escapeHtml(plain(caption))}</caption>`}` +
    `${head === '' ? '' : `<thead>${head}</thead>`}<tbody>${cells}</tbody></table></div></div>`
  );
}

interface Rows {
  readonly head: readonly (readonly string[])[];
  readonly body: readonly (readonly string[])[];
}

/** What stands above the first `\midrule` is the head. Undefined for too many cells. */
function rowsOf(body: string): Rows | undefined {
  // the heads and feet of a table's further pages
  const [from, to] = [body.indexOf('\\endfirsthead'), body.lastIndexOf('\\endlastfoot')];
  const once = from >= 0 && to > from ? body.slice(0, from) + body.slice(to + '\\endlastfoot'.length) : body;
  const line = once.indexOf('\\midrule');
  const [head, rest] = line === -1 ? ['', once] : [once.slice(0, line), once.slice(line)];
  const rows = [head, rest].map((part) =>
    part
      .replace(RULES, '')
      .split(/\\\\(?:\[[^\][]{0,40}\])?|\\tabularnewline/)
      .filter((row) => row.trim() !== '')
      .map((row) => row.split(/(?<!\\)&/).map((cell) => cell.trim())),
  );
  if (rows.flat().reduce((sum, cells) => sum + cells.length, 0) > MOST_CELLS) return undefined;
  return { head: rows[0] ?? [], body: rows[1] ?? [] };
}

function rowOf(cells: readonly string[], name: 'th' | 'td', numeric: readonly boolean[]): string {
  const html = cells.map((cell, at) => {
    const [, span, spanned] = MULTI_COLUMN.exec(cell) ?? [];
    const text = spanned ?? MULTI_ROW.exec(cell)?.[1] ?? cell;
    const side = numeric[at] === true && span === undefined ? ' style="text-align:right"' : '';
    return `<${name}${span === undefined ? '' : ` colspan="${span}"`}${side}>${escapeHtml(plain(text))}</${name}>`;
  });
  return `<tr>${html.join('')}</tr>`;
}

function plain(text: string): string {
  const bare = text.replace(STYLED, '$1').trim();
  return WORDS.reduce((known, [pattern, word]) => known.replace(pattern, word), bare);
}
