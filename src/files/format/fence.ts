/** Markdown in parts: text, and the blocks of code in it between fences. */

export interface Block {
  /** What stands behind the opening fence, trimmed; undefined: text, not a block. */
  readonly info: string | undefined;
  /** The lines of the block, without its fences. */
  readonly lines: readonly string[];
  /** The block as written, with its fences. */
  readonly written: readonly string[];
}

const OPEN = /^ {0,3}(`{3,}|~{3,})(.*)$/;

/** In order; a fence that is never closed is text. */
export function blocksOf(lines: readonly string[]): Block[] {
  const blocks: Block[] = [];
  let text: string[] = [];
  const endText = (): void => {
    if (text.length > 0) blocks.push({ info: undefined, lines: text, written: text });
    text = [];
  };
  const ends = closingLines(lines);
  for (let at = 0; at < lines.length; at += 1) {
    const [, fence = '', info = ''] = OPEN.exec(lines[at] ?? '') ?? [];
    const end = fence === '' || (fence.startsWith('`') && info.includes('`')) ? -1 : ends(fence, at + 1);
    if (end < 0) text.push(lines[at] ?? '');
    else {
      endText();
      blocks.push({ info: info.trim(), lines: lines.slice(at + 1, end), written: lines.slice(at, end + 1) });
      at = end;
    }
  }
  endText();
  return blocks;
}

/** Longer fences count as this long, so that few kinds of fences are searched for. */
const MOST_SIGNS = 16;

/** Finds the line that closes a fence. Each line is looked at once for each kind of fence, however many there are. */
function closingLines(lines: readonly string[]): (fence: string, from: number) => number {
  const closing = lines.flatMap((line, at) => {
    const [, signs] = /^ {0,3}(`{3,}|~{3,})[ \t]*$/.exec(line) ?? [];
    return signs === undefined ? [] : [{ signs, at }];
  });
  /** For a fence that nothing closed below a line: nothing closes it below a later one either. */
  const hopeless = new Set<string>();
  let first = 0;
  return (whole, from) => {
    const fence = whole.slice(0, MOST_SIGNS);
    if (hopeless.has(fence)) return -1;
    while (first < closing.length && (closing[first]?.at ?? 0) < from) first += 1;
    for (let next = first; next < closing.length; next += 1) {
      const found = closing[next];
      if (found?.signs.startsWith(fence) === true) return found.at;
    }
    hopeless.add(fence);
    return -1;
  };
}
