/** The patterns of a usage text that docopt reads: their words, and the commands that they begin with. */

export interface Pattern {
  /** Behind the name of the program. */
  readonly words: readonly string[];
  /** From 1. */
  readonly line: number;
}

/** Options that print something and end. */
export const OWN_OPTIONS: ReadonlySet<string> = new Set(['--help', '-h', '--version']);
const SIGNS: ReadonlySet<string> = new Set(['(', ')', '[', ']', '|', '...', '-', '--']);

/** Without those that only print something and end. `from`: the line in which the text begins. */
export function patternsOf(doc: string, from: number): Pattern[] {
  const lines = doc.split('\n');
  const at = lines.findIndex((line) => /^\s*usage:/i.test(line));
  if (at < 0) return [];
  const section = [(lines[at] ?? '').replace(/^\s*usage:/i, ''), ...lines.slice(at + 1)];
  const end = section.findIndex((line, index) => index > 0 && line.trim() === '');
  const patterns: { words: string[]; line: number }[] = [];
  let program: string | undefined;
  for (const [index, line] of (end < 0 ? section : section.slice(0, end)).entries()) {
    const words = wordsOf(line);
    program ??= words[0];
    if (words[0] === program && program !== undefined)
      patterns.push({ words: words.slice(1), line: from + at + index });
    else patterns.at(-1)?.words.push(...words);
  }
  return patterns.filter(({ words }) => !words.some((word) => OWN_OPTIONS.has(word)) || !words.every(isOwn));
}

function isOwn(word: string): boolean {
  return OWN_OPTIONS.has(word) || SIGNS.has(word);
}

function wordsOf(line: string): string[] {
  return line.match(/\[options\]|<[^<>]*>|\.\.\.|[[\]()|]|(?:(?!\.\.\.)[^\s[\]()|<>])+(?:<[^<>]*>)?|\S/g) ?? [];
}

export function isPosition(word: string | undefined): boolean {
  return word !== undefined && (/^<[^<>]+>$/.test(word) || /^[\p{Lu}][\p{Lu}\p{N}_-]*$/u.test(word));
}

export function isCommand(word: string | undefined): word is string {
  return word !== undefined && !word.startsWith('-') && word !== '[options]' && !SIGNS.has(word) && !isPosition(word);
}

/** `db (up|down) <x>` begins with `db up`, or `db down`; `rest`: what follows the commands. */
export function commandsOf(words: readonly string[]): { readonly paths: string[][]; readonly rest: readonly string[] } {
  let paths: string[][] = [[]];
  let at = 0;
  for (;;) {
    const group = words[at] === '(' ? alternatives(words, at) : isCommand(words[at]) ? [words[at] ?? ''] : undefined;
    // those of one pattern are few; so many say that it is none
    if (group === undefined || paths.length * group.length > MOST_PATHS) return { paths, rest: words.slice(at) };
    paths = paths.flatMap((path) => group.map((word) => [...path, word]));
    at += words[at] === '(' ? 2 * group.length + 1 : 1;
  }
}

const MOST_PATHS = 100;

/** The commands in `(a | b)`, which begins there. */
function alternatives(words: readonly string[], from: number): string[] | undefined {
  const found: string[] = [];
  for (let at = from + 1; ; at += 2) {
    const word = words[at];
    if (!isCommand(word)) return undefined;
    found.push(word);
    if (words[at + 1] === ')') return found;
    if (words[at + 1] !== '|') return undefined;
  }
}
