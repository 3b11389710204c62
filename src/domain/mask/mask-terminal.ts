/**
 * Masks printed text as a terminal shows it: `\r` and `\b` move the cursor, and later text overwrites. If only the
 * finished line spells a secret, the line is rewritten with a mask.
 */
import type { Mask } from './mask.ts';
import { createMaskStream } from './mask-stream.ts';
import type { MaskStream } from './mask-stream.ts';
import { openStream, settledText } from '../text/stream-text.ts';

/** `\r` before a line end has no effect. */
const MOVES = /\r(?!\n)|\x08|\x1b\[[0-?]*K/;
/** A longer line is shown in parts, and earlier parts cannot be overwritten. */
const LINE_CHARS = 32_768;

export function createTerminalMask(mask: Mask): MaskStream {
  if (mask.isEmpty) return createMaskStream(mask);
  const stream = createMaskStream(mask);
  /** The unfinished line as shown; see `StreamWriter.chunks`. */
  let line = '';
  /** Differs from what was printed of it, in order. */
  let isOverwritten = false;

  function showPart(part: string): string {
    if (!isOverwritten && !MOVES.test(part)) {
      line = (line + part).slice(-LINE_CHARS);
      return part;
    }
    const writer = openStream('');
    writer.write(line + part);
    const chunk = writer.chunks().at(-1) ?? '';
    const seen = settledText(chunk);
    const masked = mask.text(seen);
    isOverwritten = masked === seen;
    line = isOverwritten ? chunk : masked;
    return isOverwritten ? part : `\r${masked}\x1b[K`;
  }

  function show(text: string): string {
    if (!isOverwritten && !MOVES.test(text)) {
      line = (line + text).slice(-LINE_CHARS);
      line = line.slice(line.lastIndexOf('\n') + 1);
      return text;
    }
    const [first = '', ...rest] = text.split('\n');
    let output = showPart(first);
    for (const part of rest) {
      line = '';
      isOverwritten = false;
      output += `\n${showPart(part)}`;
    }
    return output;
  }

  return {
    push: (text) => show(stream.push(text)),
    end: () => show(stream.end()),
  };
}

/** A whole text that is shown as in a terminal. */
export function maskTerminal(mask: Mask, text: string): string {
  const terminal = createTerminalMask(mask);
  return terminal.push(text) + terminal.end();
}
