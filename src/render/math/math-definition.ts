/** Macros that a text defines for its formulas, and for those of the other cells of its notebook. */

/** Later ones are not used: formulas with them are shown as TeX source. */
const MOST_DEFINITIONS = 300;
/** Limit of one definition. */
const MOST_CHARS = 1000;

export interface MathDefinition {
  /** With its backslash. */
  readonly name: string;
  /** In KaTeX's form. */
  readonly tex: string;
  /** As it is written. */
  readonly source: string;
}

const KEYWORD =
  /\\((?:re|provide)?newcommand|(?:re|provide)command|DeclareMathOperator|[gex]?def|let)(\*?)(?![A-Za-z])/g;
const CONTROL = String.raw`\\(?:[A-Za-z]+|[^A-Za-z\s])`;
const NAME = new RegExp(String.raw`\s*(?:\{\s*(${CONTROL})\s*\}|(${CONTROL}))\s*`, 'y');
const COUNT = /\[\s*([0-9])\s*\]\s*/y;
const DEFAULT = /\[([^[\]{}]{0,100})\]\s*/y;
const PARAMETERS = /[^{}\\\n]{0,60}/y;
const EQUAL = new RegExp(String.raw`=?\s*(${CONTROL}|[^\s\\{}])`, 'y');

/** `\newcommand`, `\def`, `\let`, `\DeclareMathOperator` and the like, and the text without them. */
export function splitDefinitions(text: string): {
  readonly definitions: readonly MathDefinition[];
  readonly rest: string;
} {
  const keyword = new RegExp(KEYWORD);
  const definitions: MathDefinition[] = [];
  const rest: string[] = [];
  let at = 0;
  for (let match = keyword.exec(text); match !== null; match = keyword.exec(text)) {
    if (definitions.length >= MOST_DEFINITIONS) break;
    const found = readDefinition(text, keyword.lastIndex, match);
    if (found === undefined) continue;
    definitions.push({ ...found, source: text.slice(match.index, found.end) });
    rest.push(text.slice(at, match.index));
    keyword.lastIndex = at = found.end;
  }
  return { definitions, rest: rest.join('') + text.slice(at) };
}

/** `from`: after the keyword. */
function readDefinition(
  text: string,
  from: number,
  [, word = '', star = '']: RegExpExecArray,
): (Omit<MathDefinition, 'source'> & { readonly end: number }) | undefined {
  const read = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = from;
    const match = pattern.exec(text);
    if (match !== null) from = pattern.lastIndex;
    return match;
  };
  const [, braced, bare] = read(NAME) ?? [];
  const name = braced ?? bare;
  if (name === undefined) return undefined;
  if (word === 'let') {
    const other = read(EQUAL)?.[1];
    return other === undefined ? undefined : { name, tex: `\\global\\let${name}=${other}`, end: from };
  }
  const isDef = word.endsWith('def');
  const parameters = isDef ? (read(PARAMETERS)?.[0] ?? '') : '';
  const count = isDef ? 0 : Number(read(COUNT)?.[1] ?? 0);
  const first = count === 0 ? undefined : read(DEFAULT)?.[1];
  const end = groupEnd(text, from);
  if (end === undefined) return undefined;
  const body = text.slice(from, end);
  if (word === 'DeclareMathOperator') return { name, tex: `\\gdef${name}{\\operatorname${star}${body}}`, end };
  return { name, tex: isDef ? `\\gdef${name}${parameters}${body}` : command(name, { count, first, body }), end };
}

interface Command {
  readonly count: number;
  /** The default of the first argument. */
  readonly first: string | undefined;
  readonly body: string;
}

function command(name: string, { count, first, body }: Command): string {
  const numbers = Array.from({ length: count }, (_, index) => `#${index + 1}`);
  if (first === undefined) return `\\gdef${name}${numbers.join('')}${body}`;
  const inner = `${/[A-Za-z]$/.test(name) ? name : '\\'}@optional`;
  return (
    `\\gdef${name}{\\@ifnextchar[{${inner}}{${inner}[${first}]}}` +
    `\\gdef${inner}[#1]${numbers.slice(1).join('')}${body}`
  );
}

/** The position after the group in braces that begins here. */
function groupEnd(text: string, from: number): number | undefined {
  if (text[from] !== '{') return undefined;
  let depth = 0;
  for (let at = from; at < text.length && at - from < MOST_CHARS; at += 1) {
    const char = text[at];
    if (char === '\\') at += 1;
    else if (char === '{') depth += 1;
    else if (char === '}' && --depth === 0) return at + 1;
  }
  return undefined;
}
