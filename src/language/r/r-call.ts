/** The calls in R code whose name is wanted, with their arguments as they are written. */

export interface RCall {
  readonly called: string;
  /** Arguments without a name, in order. */
  readonly values: readonly string[];
  readonly named: ReadonlyMap<string, string>;
  /** Its first argument comes from a pipe: `|>` or `%>%`. */
  readonly isPiped: boolean;
  /** From 1. */
  readonly line: number;
}

const MOST_CALLS = 500;
/** A declaration is short; longer calls are not read. */
const MOST_CALL_CHARS = 5000;
/** Texts are bounded, so that one that is not closed is not read to the end of the source again and again. */
const TOKEN =
  /"(?:[^"\\]|\\[\s\S]){0,1000}"|'(?:[^'\\]|\\[\s\S]){0,1000}'|#[^\n]*|[\p{L}.][\p{L}\p{N}._:]*|[()[\]{},=]|[^\s]|\s+/gu;

/** In order; at most 500. Takes time linear in the source. Never throws. */
export function rCallsOf(source: string, isWanted: (called: string) => boolean): RCall[] {
  const calls: RCall[] = [];
  const tokens = [...source.matchAll(TOKEN)];
  let line = 1;
  for (const [index, { 0: token, index: at }] of tokens.entries()) {
    if (calls.length >= MOST_CALLS) break;
    if (/^[\p{L}.]/u.test(token) && isWanted(token) && tokens[index + 1]?.[0] === '(') {
      const parts = argumentsOf(tokens, index + 2);
      if (parts !== undefined)
        calls.push({
          called: token,
          ...parts,
          isPiped: /(?:\|>|%>%)\s*$/.test(source.slice(Math.max(0, at - 40), at)),
          line,
        });
    }
    line += token.split('\n').length - 1;
  }
  return calls;
}

/** From behind the open bracket; undefined for a call that is not closed. */
function argumentsOf(
  tokens: readonly RegExpMatchArray[],
  from: number,
): { readonly values: readonly string[]; readonly named: ReadonlyMap<string, string> } | undefined {
  const values: string[] = [];
  const named = new Map<string, string>();
  let [depth, chars, text] = [0, 0, ''];
  let name: string | undefined;
  const finish = () => {
    const value = text.trim();
    if (name !== undefined) named.set(name, value);
    else if (value !== '') values.push(value);
    [text, name] = ['', undefined];
  };
  for (let at = from; at < tokens.length && chars < MOST_CALL_CHARS; at += 1) {
    const token = tokens[at]?.[0] ?? '';
    chars += token.length;
    if (token.startsWith('#')) continue;
    if (depth === 0 && token === ')') {
      finish();
      return { values, named };
    }
    if (/^[([{]$/.test(token)) depth += 1;
    if (/^[)\]}]$/.test(token)) depth -= 1;
    if (depth === 0 && token === ',') finish();
    else if (depth === 0 && token === '=' && name === undefined && /^\s*[\p{L}.][\p{L}\p{N}._]*\s*$/u.test(text))
      [name, text] = [text.trim(), ''];
    else text += token;
  }
  return undefined;
}

export interface RText {
  /** Without quotes; of escapes only the backslash is read. */
  readonly text: string;
  /** What it is assigned to, or the argument that it is; empty if neither. */
  readonly name: string;
  /** From 1. */
  readonly line: number;
}

const NAMED = /([\p{L}.][\p{L}\p{N}._]*|["'`][^"'`\n]{1,60}["'`])\s*(?:<<?-|=)\s*$/u;
const NAMED_CHARS = 100;
const MOST_TEXTS = 5000;

/** The texts in the code, in order; at most 5000. Takes time linear in the source. Never throws. */
export function rTextsOf(source: string): RText[] {
  const texts: RText[] = [];
  let line = 1;
  for (const { 0: token, index: at } of source.matchAll(TOKEN)) {
    if (texts.length >= MOST_TEXTS) break;
    if (/^["'][^]*["']$/.test(token) && token.length > 1) {
      const name = NAMED.exec(source.slice(Math.max(0, at - NAMED_CHARS), at))?.[1] ?? '';
      const text = token.slice(1, -1).replaceAll('\\\\', '\\');
      texts.push({ text, name: name.replace(/["'`]/g, ''), line });
    }
    line += token.split('\n').length - 1;
  }
  return texts;
}
