/** Draws a long text piece by piece: at once it would take many times its size. The HTML is the same. */
import { isBlobReference } from '../domain/run/run-blob.ts';
import type { StoredBundle } from '../domain/run/run-event.ts';
import { isLines } from '../domain/text/json.ts';
import { ansiToHtml } from './ansi.ts';
import { tooSlow } from './bound-draw.ts';
import type { RenderOptions } from './options.ts';
import { openLinks } from './text-link.ts';

/** Shorter text is drawn at once. */
const LONG_CHARS = 1 << 17;
const PIECE_CHARS = 1 << 14;
/** Behind these a text can be cut: no web address goes on after them, and one may begin. */
const CUT = /[\s<>"'`]/;

/** The text of a value in pieces; undefined if it is short, or no text. */
export function longText(
  value: StoredBundle[string] | undefined,
  { blob }: Pick<RenderOptions, 'blob'>,
): Iterable<string> | undefined {
  const stored = isBlobReference(value) ? blob(value) : value;
  const lines = typeof stored === 'string' ? [stored] : stored;
  if (!isLines(lines) || lines.reduce((sum, { length }) => sum + length, 0) <= LONG_CHARS) return undefined;
  return evenPieces(lines);
}

/** The same text in pieces that are neither very long nor very short. */
function* evenPieces(texts: Iterable<string>): Generator<string> {
  let held: string[] = [];
  let chars = 0;
  for (const text of texts)
    for (let at = 0; at < text.length; at += PIECE_CHARS) {
      const part = text.slice(at, at + PIECE_CHARS);
      held.push(part);
      chars += part.length;
      if (chars < PIECE_CHARS) continue;
      yield held.join('');
      held = [];
      chars = 0;
    }
  yield held.join('');
}

/** The text as HTML, as `ansiToHtml` returns it, from and in pieces. Ends with a sentence at what takes too long. */
export function* longTextHtml(texts: Iterable<string>, attempt: RenderOptions['attempt']): Generator<string> {
  yield '<pre>';
  const pieces = htmlPieces(texts);
  for (;;) {
    const next = attempt === undefined ? pieces.next() : attempt(() => pieces.next());
    if (next?.done === true) return yield '</pre>';
    if (next === undefined) return yield `</pre>${tooSlow()}`;
    yield next.value;
  }
}

function* htmlPieces(texts: Iterable<string>): Generator<string> {
  const linked = openLinks();
  const parts = wholeAddresses(texts);
  for (const part of parts) {
    if (!part.includes('\x1b')) yield linked(part);
    // colours and links go on from piece to piece
    else yield ansiToHtml([part, ...parts].join(''), linked);
  }
}

/** The same text, cut only where no web address is. */
function* wholeAddresses(texts: Iterable<string>): Generator<string> {
  let held: string[] = [];
  for (const text of texts) {
    let cut = text.length;
    while (cut > 0 && !CUT.test(text.charAt(cut - 1))) cut -= 1;
    if (cut > 0) {
      yield [...held, text.slice(0, cut)].join('');
      held = [];
    }
    if (cut < text.length) held.push(text.slice(cut));
  }
  if (held.length > 0) yield held.join('');
}
