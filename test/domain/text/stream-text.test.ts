import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openStream, STREAM_CHUNK_CHARS } from '../../../src/domain/text/stream-text.ts';

function written(...texts: readonly string[]): readonly string[] {
  const writer = openStream('');
  for (const text of texts) writer.write(text);
  return writer.chunks();
}

/** The same as if the writer were closed after each text. */
function reopened(...texts: readonly string[]): readonly string[] {
  return texts.reduce<readonly string[]>(
    (chunks, text) => {
      const writer = openStream(chunks.at(-1) ?? '');
      writer.write(text);
      return [...chunks.slice(0, -1), ...writer.chunks()];
    },
    [''],
  );
}

describe('a stream', () => {
  it.each<[string, string[], string]>([
    ['plain lines', ['a\nb', 'c\n'], 'a\nbc\n'],
    ['a progress bar', ['\r 0%', '\r50%', '\r100%', '\n'], '100%\n'],
    ['a shorter overwrite', ['hello\rab\n'], 'abllo\n'],
    ['an unfinished overwrite remembers its place', ['hello\rab'], 'abllo\rab'],
    ['a line that was erased', ['hello\r\x1b[Kab\n'], 'ab\n'],
    ['backspaces', ['ab\b\bX\n'], 'Xb\n'],
    ['Windows line ends', ['a\r\nb\r\n'], 'a\nb\n'],
    ['colours stay on their characters', ['\x1b[31mred\x1b[0m plain\n'], '\x1b[31mred\x1b[0m plain\n'],
    ['a sequence cut in two', ['\x1b[3', '1mred'], '\x1b[31mred'],
    ['what only a terminal can do is dropped', ['a\x1b[2Ab\x07\x1b]0;title\x07c\x1b]8;;file:///x\x07d\n'], 'abcd\n'],
    [
      'links stay on their characters, whatever ends them',
      ['\x1b]8;id=1;http://x\x07l\x1b[1min', 'k\x1b]8;;\x1b\\ plain\n'],
      '\x1b]8;;http://x\x1b\\l\x1b[1mink\x1b]8;;\x1b\\ plain\n',
    ],
    [
      'a link that was overwritten',
      ['\x1b]8;;http://x\x07link\x1b]8;;\x07\rLI\n'],
      'LI\x1b]8;;http://x\x1b\\nk\n\x1b]8;;\x1b\\',
    ],
    ['a link whose address is cut in two', ['\x1b]8;;http:', '//x\x07l'], '\x1b]8;;http://x\x1b\\l'],
    ['an address that is none', ['\x1b]8;;javascript:a()\x07l\x1b]8;;http://x\ry\x07m\n'], 'lm\n'],
  ])('%s', (_what, texts, expected) => {
    expect(written(...texts)).toEqual([expected]);
  });

  it('goes on in further chunks, the colour with it', () => {
    const chunks = written('\x1b[32m', 'green line\n'.repeat(4000));
    expect(chunks.length).toBe(3);
    for (const chunk of chunks) {
      expect(chunk.startsWith('\x1b[32mgreen')).toBe(true);
      expect(chunk.length).toBeLessThan(STREAM_CHUNK_CHARS + 20);
    }
    expect(chunks.join('').replaceAll('\x1b[32m', '')).toBe('green line\n'.repeat(4000));
  });

  it('cuts a line without an end', () => {
    const chunks = written('x'.repeat(40_000));
    expect(chunks.map((chunk) => chunk.length)).toEqual([
      STREAM_CHUNK_CHARS,
      STREAM_CHUNK_CHARS,
      40_000 - 2 * STREAM_CHUNK_CHARS,
    ]);
  });

  it('is the same whether a long line comes at once or character by character', () => {
    for (const [start, length, tail] of [
      [0, 50_000, 'z'],
      [7, 16_384, ''],
      [7, 16_377, '\rab'],
      [16_384, 40_000, '\x1b[31mred\x1b[0m'],
      [20_000, 32_768, '😀'],
      [3, 70_000, '\b\b\x1b[K'],
    ] as const) {
      const text = `${'\x1b[32m'}${'s'.repeat(start)}\x1b[1m${'y'.repeat(length)}${tail}`;
      const [whole, single] = [openStream(''), openStream('')];
      whole.write(text);
      for (const char of text) single.write(char);
      expect(whole.chunks()).toEqual(single.chunks());
    }
  });

  it('is the same however it was cut and reopened', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '\r',
        '\n',
        '\b',
        '\x1b[31m',
        '\x1b[0m',
        '\x1b[1;4m',
        '\x1b[K',
        '\x1b[2K',
        '\x1b]8;;http://x\x07',
        '\x1b]8;;\x1b\\',
        '\x1b]8;;',
        '\x1b',
        '[',
        '1m',
        '😀',
      ),
      fc.string({ maxLength: 8 }),
      fc.integer({ min: 1, max: 20_000 }).map((count) => 'y'.repeat(count)),
      fc.integer({ min: 1, max: 9000 }).map((count) => 'line\n'.repeat(count)),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        const whole = written(pieces.join(''));
        expect(written(...pieces)).toEqual(whole);
        expect(reopened(...pieces)).toEqual(whole);
      }),
      { numRuns: 120 },
    );
  });
});

it('takes no more memory than a text of its length, although it was printed in many lines', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  const before = process.memoryUsage().heapUsed;
  const writer = openStream('');
  for (let part = 0; part < 10; part += 1) writer.write(`value ${part} of the thirty characters\n`.repeat(30_000));
  const chunks = writer.chunks();
  collect();
  const chars = chunks.reduce((sum, { length }) => sum + length, 0);
  expect(chars).toBeGreaterThan(9_000_000);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(2 * chars);
});
