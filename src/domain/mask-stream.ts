/** Masks text that comes in pieces, wherever the pieces are cut. */
import { MASKED } from './mask.ts';
import type { Mask } from './mask.ts';

export interface MaskStream {
  /** What is safe to show so far; a tail that may begin a secret waits for the next piece. */
  push(text: string): string;
  /** The rest; the stream begins anew. */
  end(): string;
}

export function createMaskStream(mask: Mask): MaskStream {
  let waiting = '';
  /** Units of `waiting` that an earlier `MASKED` already stands for. */
  let shown = 0;

  function take(end: number, spans: readonly { start: number; end: number }[]): string {
    let output = '';
    let done = shown;
    for (const span of spans) {
      if (span.start >= end) break;
      if (span.end <= done) continue;
      // A span that overlaps what a mask already stands for only makes that mask stand for more.
      if (span.start >= done) output += waiting.slice(done, span.start) + MASKED;
      done = span.end;
    }
    if (done < end) output += waiting.slice(done, end);
    waiting = waiting.slice(end);
    shown = Math.max(0, done - end);
    return output;
  }

  return {
    push(text) {
      if (mask.isEmpty) return text;
      waiting += text;
      const { spans, settled } = mask.find(waiting, true);
      return take(settled, spans);
    },
    end() {
      const output = take(waiting.length, mask.find(waiting, false).spans);
      shown = 0;
      return output;
    },
  };
}

/**
 * Masks a text file of any encoding that extends ASCII, in memory bounded by the pieces and the longest secret. A file
 * whose first piece holds a NUL byte is not text and passes unchanged.
 */
export async function* maskBytes(mask: Mask, pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const stream = createMaskStream(mask);
  let isText: boolean | undefined;
  for await (const piece of pieces) {
    isText ??= !piece.includes(0);
    yield isText ? toBytes(stream.push(toUnits(piece))) : piece;
  }
  yield toBytes(stream.end());
}

const UNITS_AT_ONCE = 0x2000;

/** One unit for each byte, so that every file comes out as it went in. */
function toUnits(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += UNITS_AT_ONCE)
    text += String.fromCharCode(...bytes.subarray(at, at + UNITS_AT_ONCE));
  return text;
}

function toBytes(text: string): Uint8Array {
  const masked = text.includes(MASKED) ? text.replaceAll(MASKED, MASKED_BYTES) : text;
  return Uint8Array.from(masked, (unit) => unit.charCodeAt(0));
}

const MASKED_BYTES = String.fromCharCode(...new TextEncoder().encode(MASKED));
