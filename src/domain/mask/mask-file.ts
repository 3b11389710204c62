/** Masks the bytes of a text file as they arrive. */
import { MASKED } from './mask-span.ts';
import type { Finder } from './mask-span.ts';
import { createMaskStream, SLICE_CHARS } from './mask-stream.ts';

/** Converts bytes to units of a text and back, so that every file stays the same except for masks. */
interface Coding {
  readonly decode: (bytes: Uint8Array) => string;
  readonly encode: (text: string) => Uint8Array;
  /** An incomplete unit at the end of the file. */
  readonly rest: () => Uint8Array;
}

/**
 * Masks a text file of any encoding that extends ASCII, or of UTF-16 with a byte order mark, in memory bounded by the
 * pieces and the longest secret. A file whose first piece otherwise contains a NUL byte is not text and passes
 * unchanged.
 */
export async function* maskBytes(finder: Finder, pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const stream = createMaskStream(finder, true);
  let coding: Coding | 'binary' | undefined;
  for await (const piece of pieces) {
    coding ??= codingOf(piece);
    if (coding === 'binary') yield piece;
    else
      for (let at = 0; at < piece.length; at += SLICE_CHARS)
        yield coding.encode(stream.push(coding.decode(piece.subarray(at, at + SLICE_CHARS))));
  }
  if (coding === undefined || coding === 'binary') return;
  yield coding.encode(stream.end());
  yield coding.rest();
}

function codingOf(first: Uint8Array): Coding | 'binary' {
  if (first[0] === 0xff && first[1] === 0xfe) return wideCoding(0);
  if (first[0] === 0xfe && first[1] === 0xff) return wideCoding(1);
  return first.includes(0) ? 'binary' : BYTES;
}

const UNITS_AT_ONCE = 0x2000;

/** One unit for each byte. */
const BYTES: Coding = {
  decode(bytes) {
    let text = '';
    for (let at = 0; at < bytes.length; at += UNITS_AT_ONCE)
      text += String.fromCharCode(...bytes.subarray(at, at + UNITS_AT_ONCE));
    return text;
  },
  encode(text) {
    const masked = text.includes(MASKED) ? text.replaceAll(MASKED, MASKED_BYTES) : text;
    return Uint8Array.from(masked, (unit) => unit.charCodeAt(0));
  },
  rest: () => new Uint8Array(),
};

const MASKED_BYTES = String.fromCharCode(...new TextEncoder().encode(MASKED));

/** `high`: the position of a unit's high byte is the other one. A unit whose second byte is missing waits for it. */
function wideCoding(high: 0 | 1): Coding {
  let half: number | undefined;
  return {
    decode(bytes) {
      const all = half === undefined ? bytes : Uint8Array.from([half, ...bytes]);
      half = all.length % 2 === 1 ? all.at(-1) : undefined;
      let text = '';
      for (let at = 0; at + 1 < all.length; at += 2) {
        text += String.fromCharCode(high === 0 ? all[at]! | (all[at + 1]! << 8) : (all[at]! << 8) | all[at + 1]!);
      }
      return text;
    },
    encode(text) {
      return Uint8Array.from(
        { length: 2 * text.length },
        (_, at) => (text.charCodeAt(at >> 1) >> (at % 2 === high ? 0 : 8)) & 0xff,
      );
    },
    rest: () => Uint8Array.from(half === undefined ? [] : [half]),
  };
}
