/** Masks text that arrives in pieces, wherever the pieces are cut, and long text in slices. */
import { MASKED } from './mask-span.ts';
import type { Finder, Span } from './mask-span.ts';

export interface MaskStream {
  /** The text that is safe to show so far; a tail that may begin a secret waits for the next piece. */
  push(text: string): string;
  /** The rest; the stream starts again. */
  end(): string;
}

/** Size of one slice: takes some milliseconds, whatever the text. */
export const SLICE_CHARS = 16_384;
/**
 * If more than this is held back, it does not begin a secret that a reader could recognise. Several times the size of
 * an escaped key.
 */
const HELD_CHARS = 65_536;

/** `isMarkup`: see `FindOptions`. */
export function createMaskStream(finder: Finder, isMarkup = false): MaskStream {
  let waiting = '';
  /** Units of `waiting` that an earlier `MASKED` already replaces. */
  let shown = 0;

  function take(end: number, spans: readonly Span[]): string {
    let output = '';
    let done = shown;
    for (const span of spans) {
      if (span.start >= end) break;
      if (span.end <= done) continue;
      // If a span overlaps what a mask already replaces, that mask is extended.
      if (span.start >= done) output += waiting.slice(done, span.start) + MASKED;
      done = span.end;
    }
    if (done < end) output += waiting.slice(done, end);
    waiting = waiting.slice(end);
    shown = Math.max(0, done - end);
    return output;
  }

  function pushSlice(slice: string): string {
    waiting += slice;
    const { spans, settled } = finder.find(waiting, { goesOn: true, isMarkup });
    const output = take(settled, spans);
    return waiting.length > HELD_CHARS ? output + end() : output;
  }

  function end(): string {
    const output = take(waiting.length, finder.find(waiting, { goesOn: false, isMarkup }).spans);
    shown = 0;
    return output;
  }

  return {
    push(text) {
      if (finder.isEmpty) return text;
      let output = '';
      for (let at = 0; at < text.length; at += SLICE_CHARS) output += pushSlice(text.slice(at, at + SLICE_CHARS));
      return output;
    },
    end,
  };
}

/** A whole text, masked slice by slice: the caller may let other work run in between. */
export function* maskPieces(finder: Finder, text: string, isMarkup = false): Generator<string> {
  if (finder.isEmpty) return yield text;
  const stream = createMaskStream(finder, isMarkup);
  for (let at = 0; at < text.length; at += SLICE_CHARS) yield stream.push(text.slice(at, at + SLICE_CHARS));
  yield stream.end();
}

/** The beginning of a text, masked before it is cut: no part of a secret is left at the cut. */
export function maskStart(finder: Finder, text: string, mostChars: number): string {
  // masks are shorter than what they replace: search a little more
  const most = 4 * mostChars;
  const stream = createMaskStream(finder);
  const masked = stream.push(text.slice(0, most));
  return (text.length > most ? masked : masked + stream.end()).slice(0, mostChars);
}
