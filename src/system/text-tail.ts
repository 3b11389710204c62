/** The end of what a process writes. */
import type { Readable } from 'node:stream';

const TAIL_CHARS = 4_096;

export interface TextTail {
  readonly add: (text: string) => void;
  /** The last characters of all that was added. */
  readonly text: () => string;
}

export function createTail(mostChars = TAIL_CHARS): TextTail {
  let tail = '';
  return {
    add: (text) => {
      tail = (tail + text).slice(-mostChars);
    },
    text: () => tail,
  };
}

/** Returns a function that returns the last characters that have arrived so far. */
export function readTail(stream: Readable, mostChars?: number): () => string {
  const tail = createTail(mostChars);
  stream.setEncoding('utf8').on('data', tail.add);
  return tail.text;
}
