/**
 * What a stream looks like after its control characters took effect: `\r` and `\b` move the cursor and later text
 * overwrites (tqdm), colours and hyperlinks stay, other control sequences are dropped. Long streams are split into
 * chunks that can each be shown alone: a chunk begins with the attributes with which the previous one ended.
 */
import { applySgr, ESCAPE_SEQUENCE, linkOf, splitStyle, styleBetween, styleOf } from './ansi.ts';

/** A chunk is closed at the first line end past this many characters, or when one line alone reaches it. */
export const STREAM_CHUNK_CHARS = 16_384;

export interface StreamWriter {
  write(text: string): void;
  /**
   * The chunks since the writer was opened, in order. Each text is canonical: a writer opened on the last one continues
   * as this one would. An unfinished line whose cursor is not at its end is followed by `\r` and the part before the
   * cursor.
   */
  chunks(): readonly string[];
}

const CONTROL = /[\x00-\x08\x0b-\x1f\x7f]/;
const ESCAPE = new RegExp(`^${ESCAPE_SEQUENCE.source}`);
const LONGEST_ESCAPE = 4096;
/** Wider lines are not erased from their beginning: each time would cost their whole length. */
const WIDEST_ERASED = 500;
/** Characters that do not take exactly one column. */
const SPECIAL = /[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]/g;

/** A writer that continues after `last`, the last chunk of the stream so far (`''` for none). */
export function openStream(last: string): StreamWriter {
  const writer = new Terminal(last.slice(0, last.lastIndexOf('\n') + 1));
  writer.write(last.slice(last.lastIndexOf('\n') + 1));
  return writer;
}

/** A writer that keeps everything as it was printed, in one chunk. */
export function openPlain(last: string): StreamWriter {
  let all = last;
  return {
    write(text) {
      all += text;
    },
    chunks: () => [all],
  };
}

/** A chunk's text without the mark for the cursor of an unfinished line. */
export function settledText(chunk: string): string {
  const end = chunk.indexOf('\r');
  return end === -1 ? chunk : chunk.slice(0, end);
}

/** One chunk's finished lines and the cells of the cursor's line. */
class Terminal implements StreamWriter {
  private readonly closed: string[] = [];
  /** In pieces: a text that is appended to line by line takes several times its size in memory. */
  private done: string[];
  private doneChars: number;
  /** Attributes at the end of `done`, and those of the next character. */
  private doneStyle = '';
  private style = '';
  private chars: string[] = [];
  private styles: string[] = [];
  private column = 0;
  /** The beginning of an escape sequence that is not complete yet. */
  private pending = '';

  constructor(done: string) {
    this.done = [done];
    this.doneChars = done.length;
    if (done.includes('\x1b'))
      for (const match of done.matchAll(ESCAPE_SEQUENCE)) this.doneStyle = changedStyle(this.doneStyle, match);
    this.style = this.doneStyle;
  }

  write(text: string): void {
    const input = this.pending + text;
    this.pending = '';
    let at = 0;
    while (at < input.length) {
      const end = input.indexOf('\n', at);
      const line = input.slice(at, end === -1 ? undefined : end);
      at = end === -1 ? input.length : end + 1;
      if (end !== -1 && this.chars.length === 0 && line.length < STREAM_CHUNK_CHARS && !CONTROL.test(line)) {
        this.addPlainLine(line);
      } else {
        this.writeLine(line, end === -1);
        if (end !== -1) this.endLine();
      }
    }
  }

  chunks(): readonly string[] {
    const line = this.serialise(this.chars.length, this.doneStyle);
    let end = this.styles.at(-1) ?? this.doneStyle;
    let cursor = '';
    if (this.column < this.chars.length) {
      cursor = `\r${this.serialise(this.column, end)}`;
      if (this.column > 0) end = this.styles[this.column - 1] ?? '';
    }
    this.done = [this.done.join('')];
    return [...this.closed, this.done[0] + line + cursor + styleBetween(end, this.style) + this.pending];
  }

  private addPlainLine(line: string): void {
    this.beginLine();
    if (line !== '') {
      this.append(styleBetween(this.doneStyle, this.style));
      this.doneStyle = this.style;
    }
    this.append(`${line}\n`);
  }

  private append(text: string): void {
    this.done.push(text);
    this.doneChars += text.length;
  }

  private writeLine(line: string, last: boolean): void {
    // searched once for each special character: from every position anew takes the square of the line's length
    let special = -1;
    for (let at = 0; at < line.length;) {
      if (line.length - at > STREAM_CHUNK_CHARS) {
        if (special < at) special = nextSpecial(line, at);
        at = this.fillChunk(line, at, special);
      }
      const char = String.fromCodePoint(line.codePointAt(at) ?? 0);
      if (char !== '\x1b') {
        this.put(char);
        at += char.length;
        continue;
      }
      const match = ESCAPE.exec(line.slice(at, at + LONGEST_ESCAPE));
      if (match === null && last && line.length - at < LONGEST_ESCAPE) {
        this.pending = line.slice(at);
        return;
      }
      if (match !== null) this.obey(match);
      at += match?.[0].length ?? 1;
    }
  }

  /**
   * Closes the chunk with plain text that fills it and continues after it, with the same result as `put` character by
   * character, which is slow for lines of megabytes. `special` is the position of the first special character from
   * `at`. Returns the position after that text; `at` if there is none.
   */
  private fillChunk(line: string, at: number, special: number): number {
    if (this.column !== this.chars.length || this.column > STREAM_CHUNK_CHARS) return at;
    const end = at + STREAM_CHUNK_CHARS - this.column;
    if (line.length <= end || special <= end) return at;
    if (this.chars.length === 0) this.beginLine();
    const shown = this.styles.at(-1) ?? this.doneStyle;
    this.closeChunk(end === at ? '' : styleBetween(shown, this.style) + line.slice(at, end));
    return end;
  }

  private put(char: string): void {
    if (char === '\r') this.column = 0;
    else if (char === '\b') this.column = Math.max(0, this.column - 1);
    else if (char === '\t' || !CONTROL.test(char)) {
      if (this.chars.length === 0) this.beginLine();
      if (this.column >= STREAM_CHUNK_CHARS) this.closeChunk();
      this.chars[this.column] = char;
      this.styles[this.column] = this.style;
      this.column += 1;
    }
  }

  private obey(sequence: RegExpMatchArray): void {
    this.style = changedStyle(this.style, sequence);
    const [, parameters = '', final] = sequence;
    if (final !== 'K') return;
    const kept = parameters === '' || parameters === '0' ? this.column : 0;
    if (kept < this.column && this.column > WIDEST_ERASED) return;
    this.chars.length = this.styles.length = kept;
    for (let column = kept; column < this.column; column++) {
      this.chars[column] = ' ';
      this.styles[column] = this.style;
    }
  }

  private beginLine(): void {
    if (this.doneChars >= STREAM_CHUNK_CHARS) this.closeChunk();
  }

  private endLine(): void {
    if (this.chars.length === 0) this.beginLine();
    this.append(`${this.serialise(this.chars.length, this.doneStyle)}\n`);
    if (this.chars.length > 0) this.doneStyle = this.styles.at(-1) ?? '';
    this.chars = [];
    this.styles = [];
    this.column = 0;
  }

  private closeChunk(more = ''): void {
    this.closed.push([...this.done, this.serialise(this.chars.length, this.doneStyle), more].join(''));
    this.done = [];
    this.doneChars = 0;
    this.doneStyle = '';
    this.chars = [];
    this.styles = [];
    this.column = 0;
  }

  /** Joined run by run: text that is appended character by character takes thirty times its size in memory. */
  private serialise(length: number, from: string): string {
    const parts: string[] = [];
    let shown = from;
    for (let column = 0; column < length;) {
      const style = this.styles[column] ?? '';
      let end = column + 1;
      while (end < length && (this.styles[end] ?? '') === style) end += 1;
      parts.push(styleBetween(shown, style), this.chars.slice(column, end).join(''));
      shown = style;
      column = end;
    }
    return parts.join('');
  }
}

/** `sequence`: as `ESCAPE_SEQUENCE` matches it. */
function changedStyle(style: string, [, parameters = '', final, content]: RegExpMatchArray): string {
  const { sgr, link } = splitStyle(style);
  if (final === 'm') return styleOf(applySgr(sgr, parameters), link);
  const target = content === undefined ? undefined : linkOf(content);
  return target === undefined ? style : styleOf(sgr, target);
}

/** Position of the first special character from `at`; the line's length if there is none. */
function nextSpecial(line: string, at: number): number {
  SPECIAL.lastIndex = at;
  return SPECIAL.exec(line)?.index ?? line.length;
}
