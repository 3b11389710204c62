/** Formulas in Markdown, for the parser: where they are, their numbers, and how they are shown. */
import type { Env, MarkdownIt, RendererRule, StateBlock, StateCore, StateInline, Token } from 'markdown-it';
import { attributes } from '../html.ts';
import type { MathContext } from './math-context.ts';
import { renderFormula } from './math-formula.ts';
import { formulasInHtml } from './math-html.ts';
import { labelId, numberFormula, REFERENCE } from './math-number.ts';
import { formulaFinder, OPENER, type FindFormula, type FoundFormula } from './math-scan.ts';

export interface MathEnvironment extends Env {
  readonly math: MathContext;
  /** The numbered equations, once the text is parsed. */
  equations?: { readonly labels: { readonly name: string; readonly text: string }[]; next: number };
}

/** Replaces a bar in a formula while the cells of tables are found: a character that occurs in no text. */
const BAR = '\uFDD0';

export function mathPlugin(parser: MarkdownIt): void {
  parser.block.ruler.before('fence', 'math_block', readBlock, {
    alt: ['paragraph', 'reference', 'blockquote', 'list'],
  });
  parser.inline.ruler.before('escape', 'math_inline', readInline);
  parser.inline.ruler.before('escape', 'math_reference', readReference);
  parser.core.ruler.before('block', 'math_bars', hideBars);
  parser.core.ruler.after('block', 'math_bars_back', showBars);
  parser.core.ruler.after('inline', 'math_code', leaveCode);
  parser.core.ruler.after('math_code', 'math_number', numberFormulas);
  parser.renderer.rules['math_block'] = (tokens, index, _options, env) =>
    `<p${attributes({ id: idOf(tokens[index]!), class: 'katex-block' })}>${shown(tokens[index]!, env as MathEnvironment)}</p>\n`;
  parser.renderer.rules['html_block'] = (tokens, index, _options, env) =>
    formulasInHtml(tokens[index]!.content, (env as MathEnvironment).math);
  parser.renderer.rules['math_inline'] = renderInline;
  parser.renderer.rules['math_reference'] = renderInline;
}

const renderInline: RendererRule = (tokens, index, _options, env) => {
  const id = idOf(tokens[index]!);
  const html = shown(tokens[index]!, env as MathEnvironment);
  return id === undefined ? html : `<span${attributes({ id })}>${html}</span>`;
};

function shown({ content, meta }: Token, { math }: MathEnvironment): string {
  return renderFormula(content, (meta as FormulaMeta).display, math);
}

type FormulaMeta = {
  readonly display: boolean;
  id?: string;
};

function idOf({ meta }: Token): string | undefined {
  return (meta as FormulaMeta).id;
}

const finders = new WeakMap<StateBlock | StateInline, FindFormula>();

function find(state: StateBlock | StateInline, at: number): FoundFormula | undefined {
  let finder = finders.get(state);
  if (finder === undefined) finders.set(state, (finder = formulaFinder(state.src, { isMarkdown: true })));
  return finder(at);
}

function readInline(state: StateInline, silent: boolean): boolean {
  const { src, pos } = state;
  if (src[pos] !== '$' && !/^\\(?:\\?[([]|begin)/.test(src.slice(pos, pos + 6))) return false;
  const found = find(state, pos);
  if (found === undefined || found.end > state.posMax) return false;
  if (!silent) addFormula(state, 'math_inline', { ...found, source: src.slice(pos, found.end) });
  state.pos = found.end;
  return true;
}

function readReference(state: StateInline, silent: boolean): boolean {
  if (state.src[state.pos] !== '\\') return false;
  const [whole] = REFERENCE.exec(state.src.slice(state.pos, state.pos + 220)) ?? [];
  if (whole === undefined || !state.src.startsWith(whole, state.pos)) return false;
  if (state.pos + whole.length > state.posMax) return false;
  if (!silent) addFormula(state, 'math_reference', { tex: whole, display: false, source: whole });
  state.pos += whole.length;
  return true;
}

function addFormula(
  state: StateBlock | StateInline,
  type: string,
  { tex, display, source }: Pick<FoundFormula, 'tex' | 'display'> & { readonly source: string },
): Token {
  const token = state.push(type, 'math', 0);
  token.content = tex;
  token.markup = source;
  token.meta = { display } satisfies FormulaMeta;
  return token;
}

/** A formula on its own lines. Text after it on its last line begins a paragraph. */
function readBlock(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  const start = state.bMarks[startLine]! + state.tShift[startLine]!;
  const delimiter = delimiterChars(state.src, start);
  if (delimiter === undefined || state.sCount[startLine]! - state.blkIndent >= 4) return false;
  const found = find(state, start);
  const lastLine = found === undefined ? undefined : lineOf(state, found.end, startLine, endLine);
  if (found === undefined || lastLine === undefined) return false;
  const rest = state.src.slice(found.end, state.eMarks[lastLine]).trim();
  // on one line with text it is a formula of that paragraph
  if (lastLine === startLine && rest !== '') return false;
  const tex = linesOf(state, [start + delimiter, found.end - delimiter], [startLine, lastLine]);
  if (delimiter > 0 && hasGap(state, startLine, lastLine) && !(/^\s*\n[^]*\n\s*$/.test(tex) && rest === ''))
    return false;
  if (silent) return true;
  const token = addFormula(state, 'math_block', { tex, display: true, source: tex });
  token.block = true;
  token.map = [startLine, lastLine + 1];
  state.line = lastLine + 1;
  if (rest === '') return true;
  const behind = /^\s*/.exec(state.src.slice(found.end, state.eMarks[lastLine]))![0].length;
  state.bMarks[lastLine] = found.end + behind;
  state.tShift[lastLine] = 0;
  state.sCount[lastLine] = state.blkIndent;
  state.line = lastLine;
  return true;
}

/** Length of the delimiter with which formulas on their own lines begin and end; an environment has none. */
function delimiterChars(src: string, at: number): number | undefined {
  if (src.startsWith('$$', at) || src.startsWith('\\[', at)) return 2;
  if (src.startsWith('\\\\[', at)) return 3;
  return src.startsWith('\\begin', at) ? 0 : undefined;
}

/** The line of a position in the text; undefined if another block begins before it. */
function lineOf(state: StateBlock, at: number, startLine: number, endLine: number): number | undefined {
  let line = startLine;
  while (state.eMarks[line]! < at) {
    line += 1;
    if (line >= endLine || (!state.isEmpty(line) && state.sCount[line]! < state.blkIndent)) return undefined;
  }
  return line;
}

function hasGap(state: StateBlock, startLine: number, lastLine: number): boolean {
  for (let line = startLine + 1; line < lastLine; line += 1) if (state.isEmpty(line)) return true;
  return false;
}

/** Without the markers of the quotes and lists that contain them. */
function linesOf(
  state: StateBlock,
  [from, to]: readonly [number, number],
  [startLine, lastLine]: readonly [number, number],
): string {
  if (startLine === lastLine) return state.src.slice(from, to);
  const first = state.src.slice(from, state.eMarks[startLine]);
  const between = state.getLines(startLine + 1, lastLine, state.blkIndent, true);
  const last = state.src.slice(Math.min(state.bMarks[lastLine]! + state.tShift[lastLine]!, to), to);
  return `${first}\n${between}${between === '' || between.endsWith('\n') ? '' : '\n'}${last}`;
}

/** `|` within a formula of a table ends no cell. */
function hideBars(state: StateCore): void {
  if (!state.src.includes('|') || !/[$\\]/.test(state.src) || state.src.includes(BAR)) return;
  const lines = state.src.split('\n');
  for (let line = 1; line < lines.length; line += 1) {
    if (!isTableRule(lines[line]!) || !lines[line - 1]!.includes('|')) continue;
    lines[line - 1] = withoutBars(lines[line - 1]!);
    for (line += 1; line < lines.length && lines[line]!.trim() !== ''; line += 1)
      lines[line] = withoutBars(lines[line]!);
  }
  state.src = lines.join('\n');
}

function isTableRule(line: string): boolean {
  return line.includes('-') && line.includes('|') && /^[\s>|:*+-]+$/.test(line);
}

function withoutBars(line: string): string {
  if (!/[$\\]/.test(line)) return line;
  const find = formulaFinder(line, { isMarkdown: true });
  const opener = new RegExp(OPENER);
  let hidden = '';
  let at = 0;
  for (let match = opener.exec(line); match !== null; match = opener.exec(line)) {
    const found = line[match.index - 1] === '\\' ? undefined : find(match.index);
    // `| 5 $ | 6 $ |` are two cells
    if (found === undefined || (!found.display && found.tex.trim() !== found.tex)) continue;
    hidden += line.slice(at, match.index) + line.slice(match.index, found.end).replaceAll('|', BAR);
    opener.lastIndex = at = found.end;
  }
  return hidden + line.slice(at);
}

function showBars({ tokens, src }: StateCore): void {
  if (!src.includes(BAR)) return;
  for (const token of tokens) if (token.content.includes(BAR)) token.content = token.content.replaceAll(BAR, '|');
}

/** The content of HTML `code` elements is not a formula. */
function leaveCode({ tokens }: StateCore): void {
  for (const { children } of tokens) {
    let depth = 0;
    for (const token of children ?? []) {
      if (token.type === 'html_inline') {
        const [, close] = /^<(\/?)(?:code|pre|kbd|samp|textarea|script|style)\b/i.exec(token.content) ?? [];
        if (close !== undefined) depth = Math.max(0, depth + (close === '' ? 1 : -1));
      } else if (depth > 0 && token.type.startsWith('math_')) {
        token.type = 'text';
        token.content = token.markup;
      }
    }
  }
}

function numberFormulas(state: StateCore): void {
  const env = state.env as MathEnvironment;
  const first = env.math.firstNumber;
  if (first === undefined) return;
  const equations = (env.equations = { labels: [] as { name: string; text: string }[], next: first });
  for (const token of state.tokens.flatMap((token) => [token, ...(token.children ?? [])])) {
    const meta = token.meta as FormulaMeta | null;
    if (!token.type.startsWith('math_') || meta?.display !== true) continue;
    const { tex, labels, next } = numberFormula(token.content, equations.next);
    token.content = tex;
    equations.next = next;
    equations.labels.push(...labels);
    if (labels[0] !== undefined) meta.id = labelId(labels[0].name);
  }
}
