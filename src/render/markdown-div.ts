/**
 * Blocks between fences, as Pandoc, Quarto and MyST write them: `::: {.callout-note title="…"}`, `:::{note} Title`,
 * and MyST's with backticks. An own rule, because the plugins close the outer block at the end of the first inner one
 * unless its fence is longer, and Quarto's blocks are nested with equal fences.
 * Sources: https://pandoc.org/MANUAL.html#divs-and-spans, https://mystmd.org/spec/admonitions
 */
import type { MarkdownIt, Token } from 'markdown-it';

/** What the opening line says. */
export interface DivInfo {
  /** Classes, or the name of the directive as the first. */
  readonly names: readonly string[];
  readonly id?: string;
  /** What stands behind a directive's name. */
  readonly argument: string;
  readonly options: ReadonlyMap<string, string>;
}

type StateBlock = Parameters<Parameters<MarkdownIt['block']['ruler']['before']>[2]>[0];

/** Longer opening lines are no fences. */
const MOST_CHARS = 2000;
const FENCE = /^[ \t]*(:{3,}|`{3,}|~{3,})[ \t]*(.*)$/;
const DIRECTIVE = /^\{([A-Za-z][\w:-]*)\}[ \t]*(.*)$/;
const ATTRIBUTE = /([.#])([\w-]+)|([\w-]+)=(?:"([^"]*)"|'([^']*)'|([^\s"'}]+))/g;
const OPTION = /^[ \t]*:([a-z][\w-]*):[ \t]*(.*)$/;

/** `isDirective`: whether a fence of backticks with this name is such a block, rather than code. */
export function divPlugin(parser: MarkdownIt, { isDirective }: { isDirective: (name: string) => boolean }): void {
  const closings = new WeakMap<object, ReadonlyMap<number, number>>();
  parser.block.ruler.before(
    'fence',
    'div',
    (state, startLine, endLine, silent) => {
      const at = (state.bMarks[startLine] ?? 0) + (state.tShift[startLine] ?? 0);
      const text = state.src.slice(at, Math.min(state.eMarks[startLine] ?? at, at + MOST_CHARS));
      if (!/^[:`~]{3}/.test(text) || (state.sCount[startLine] ?? 0) - state.blkIndent >= 4) return false;
      const info = readOpening(text, isDirective);
      if (info === undefined) return false;
      let known = closings.get(state.env as object);
      if (known === undefined) closings.set(state.env as object, (known = closingLines(state.src, isDirective)));
      const closing = known.get(startLine);
      if (closing === undefined || closing >= endLine) return false;
      if (!silent) addDiv(state, info, startLine, closing);
      return true;
    },
    { alt: ['paragraph', 'reference', 'blockquote', 'list'] },
  );
}

function addDiv(state: StateBlock, info: DivInfo, startLine: number, closing: number): void {
  const { options, next } = readOptions(state, startLine + 1, closing);
  const open = state.push('div_open', 'div', 1);
  open.block = true;
  open.map = [startLine, closing];
  open.meta = { ...info, options: new Map([...info.options, ...options]) } satisfies DivInfo;
  const { parentType, lineMax } = state;
  state.lineMax = closing;
  state.md.block.tokenize(state, next, closing);
  state.lineMax = lineMax;
  state.parentType = parentType;
  state.push('div_close', 'div', -1).block = true;
  state.line = closing + 1;
}

export function infoOf(token: Token): DivInfo {
  return token.meta as unknown as DivInfo;
}

/** Undefined for a line that opens no block: a closing fence, code. */
function readOpening(line: string, isDirective: (name: string) => boolean): DivInfo | undefined {
  const [, fence = '', rest = ''] = FENCE.exec(line) ?? [];
  const text = rest.trim();
  const [, name, argument = ''] = DIRECTIVE.exec(text) ?? [];
  if (!fence.startsWith(':'))
    return name !== undefined && isDirective(name) ? { names: [name], argument, options: new Map() } : undefined;
  if (name !== undefined) return { names: [name], argument, options: new Map() };
  const [, braces] = /^\{([^{}]*)\}[ \t]*:*$/.exec(text) ?? [];
  if (braces !== undefined) return readAttributes(braces);
  const [, word, title = ''] = /^([A-Za-z][\w-]*)(?:[ \t]+(.*?))?[ \t]*:*$/.exec(text) ?? [];
  return word === undefined ? undefined : { names: [word], argument: title, options: new Map() };
}

/** What stands in Pandoc's braces; undefined if it is nothing of that kind. */
export function readAttributes(text: string): DivInfo | undefined {
  const found = [...text.matchAll(ATTRIBUTE)];
  if (found.length === 0) return undefined;
  const options = new Map<string, string>();
  for (const [, , , key, double, single, bare] of found)
    if (key !== undefined) options.set(key, double ?? single ?? bare ?? '');
  const id = found.find(([, sign]) => sign === '#')?.[2];
  const names = found.flatMap(([, sign, name]) => (sign === '.' && name !== undefined ? [name] : []));
  return { names, argument: '', options, ...(id === undefined ? {} : { id }) };
}

/** Lines `:class: dropdown` at the beginning of the content. */
function readOptions(state: StateBlock, from: number, to: number) {
  const options = new Map<string, string>();
  let next = from;
  for (; next < to; next += 1) {
    const [, key, value = ''] =
      OPTION.exec(state.src.slice(state.bMarks[next], state.eMarks[next]).slice(0, MOST_CHARS)) ?? [];
    if (key === undefined) break;
    options.set(key, value.trim());
  }
  return { options, next };
}

/** For each line that opens a block, the line that closes it; in one pass over the text. */
function closingLines(source: string, isDirective: (name: string) => boolean): ReadonlyMap<number, number> {
  const closings = new Map<number, number>();
  const open: { readonly line: number; readonly fence: string }[] = [];
  let code = '';
  for (const [line, text] of source.split('\n').entries()) {
    const [, fence = '', rest = ''] = FENCE.exec(text.slice(0, MOST_CHARS)) ?? [];
    const isEnd = fence !== '' && rest.trim() === '';
    if (code !== '') {
      if (isEnd && closes(fence, code)) code = '';
    } else if (isEnd && closesTop(open, fence)) closings.set(open.pop()?.line ?? -1, line);
    else if (fence !== '' && readOpening(text.slice(0, MOST_CHARS), isDirective) !== undefined)
      open.push({ line, fence });
    else if (fence !== '' && !fence.startsWith(':')) code = fence;
  }
  return closings;
}

function closes(fence: string, opening: string): boolean {
  return fence[0] === opening[0] && fence.length >= opening.length;
}

/** Fences of colons may have any length, as in Pandoc. */
function closesTop(open: readonly { readonly fence: string }[], fence: string): boolean {
  const top = open.at(-1)?.fence;
  return top !== undefined && (fence.startsWith(':') ? top.startsWith(':') : closes(fence, top));
}
