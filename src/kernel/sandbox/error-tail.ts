/** The end of what a process writes to its standard error. */
import type { Readable } from 'node:stream';

const TAIL_CHARS = 4_096;

/** Returns a function that gives the last characters that have come so far. */
export function readErrorTail(stderr: Readable): () => string {
  let tail = '';
  stderr.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-TAIL_CHARS);
  });
  return () => tail;
}
