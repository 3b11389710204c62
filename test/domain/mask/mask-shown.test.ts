/** Secrets that appear only in what is shown: after lines were overwritten, texts cut, tags rendered. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskBytes } from '../../../src/domain/mask/mask-file.ts';
import { MASKED } from '../../../src/domain/mask/mask-span.ts';
import { maskPieces, maskStart } from '../../../src/domain/mask/mask-stream.ts';
import { createTerminalMask, maskTerminal } from '../../../src/domain/mask/mask-terminal.ts';
import { createMask } from '../../../src/domain/mask/mask.ts';
import { openStream, settledText } from '../../../src/domain/text/stream-text.ts';

const SECRET = 's3cr3t-value';
const mask = createMask([SECRET, 'two words 9']);

/** What a reader sees of a printed text. */
function seen(text: string): string {
  const writer = openStream('');
  writer.write(text);
  return writer
    .chunks()
    .map(settledText)
    .join('')
    .replace(/\x1b\[[\d;]*m/g, '');
}

describe('what a terminal shows', () => {
  it.each([
    ['overwritten from the start of the line', `XXXXXX-value\rs3cr3t`],
    ['overwritten bit by bit', `s\rs3\rs3c\rs3cr3t-valuX\be`],
    ['after backspaces', `s3cr3t-vaXX\b\blue`],
    ['cleared behind', `s3cr3t-value and more\rs3cr3t-value\x1b[K`],
    ['with colours, overwritten', `\x1b[31mXXXXXX\x1b[0m-value\r\x1b[1ms3\x1b[0mcr3t`],
    ['on the second line', `progress 1\rprogress 2\nXXXXXX-value\rs3cr3t\n`],
  ])('holds no secret that is spelled %s', (_name, text) => {
    expect(seen(text)).toContain(SECRET);
    expect(seen(maskTerminal(mask, text))).not.toContain(SECRET);
    expect(seen(maskTerminal(mask, text))).toContain(MASKED);
    const terminal = createTerminalMask(mask);
    const pieces = [...text].map((sign) => terminal.push(sign)).join('') + terminal.end();
    expect(seen(pieces)).not.toContain(SECRET);
  });

  it('takes time that grows with the length of a line, whatever control characters it has', { timeout: 15_000 }, () => {
    const text = 'a'.repeat(16_000) + '\x1b[31m\x1b[1K\x1b[32m\x1b[1K'.repeat(100_000);
    const terminal = createTerminalMask(mask);
    let shown = 0;
    // as the output of a cell comes; the square of it takes half a minute
    for (let at = 0; at < text.length; at += 16_384) shown += terminal.push(text.slice(at, at + 16_384)).length;
    expect(shown + terminal.end().length).toBe(text.length);
  });

  it('is otherwise what was printed', () => {
    const parts = fc.constantFrom('a', 'b', 'cd', '\r', '\b', '\n', '\r\n', '\x1b[K', '\x1b[31m', '\x1b[0m', ' 50%');
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 30 }), fc.array(fc.nat(), { maxLength: 5 }), (list, cuts) => {
        const text = list.join('');
        const terminal = createTerminalMask(mask);
        const places = [...cuts.map((cut) => cut % (text.length + 1)), 0, text.length].sort((a, b) => a - b);
        const shown = places.slice(1).map((place, at) => terminal.push(text.slice(places[at], place)));
        expect(shown.join('') + terminal.end()).toBe(text);
      }),
    );
  });
});

describe('what a browser draws', () => {
  const drawn = (text: string): string => [...maskPieces(mask, text, true)].join('');
  it.each([
    '<b>s3</b><i>cr3</i>t-value',
    '<tr><td>s3cr3t-</td><td>value</td></tr>',
    '<tr><td>two</td>\n      <td>words</td> <td>9</td></tr>',
    's3c<span style="color: red" title="a > b">r3t</span>-value',
    's3cr3t<wbr>&#45;<!-- a note -->value',
    's3c&shy;r3t-&#118alue',
    'two&nbsp;words<br>9',
  ])('holds no secret in pieces: %s', (text) => {
    expect(drawn(`<p>before</p>${text}<p>after</p>`)).toMatch(/^<p>before<\/p>.*•••.*<p>after<\/p>$/s);
  });

  it('keeps what no secret spells', () => {
    const table =
      '<table><tr><td>s3cr3t</td><td>1</td><td>value</td></tr></table><p title="<">a < b && c > d</p>\n'.repeat(2_000);
    expect(drawn(table)).toBe(table);
  });
});

describe('a text that is cut', () => {
  it('ends before a secret that the cut goes through', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('x', ' '), maxLength: 80 }), fc.nat(60), (before, most) => {
        const shown = maskStart(mask, `${before}${SECRET} and so on`.repeat(3), most);
        expect(shown.length).toBeLessThanOrEqual(most);
        expect(shown).not.toMatch(/s3/);
      }),
    );
    expect(maskStart(mask, SECRET.repeat(500), 100)).not.toContain('s3');
    expect(maskStart(mask, 'short s3c', 100)).toBe('short s3c');
  });
});

describe('a file in UTF-16', () => {
  it.each(['le', 'be'])('holds no secret and is otherwise as it was (%s)', async (order) => {
    const encode = (text: string) => {
      const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
      return order === 'le' ? bytes : bytes.swap16();
    };
    const file = encode(`id;name\r\n1;${SECRET};€\r\n`);
    for (let at = 2; at <= file.length; at += 1) {
      async function* pieces() {
        yield file.subarray(0, at);
        yield file.subarray(at);
        yield Buffer.from([7]);
      }
      const parts: Uint8Array[] = [];
      for await (const part of maskBytes(mask, pieces())) parts.push(part);
      expect(Buffer.concat(parts)).toEqual(Buffer.concat([encode(`id;name\r\n1;${MASKED};€\r\n`), Buffer.from([7])]));
    }
  });
});

describe('a long text', () => {
  it('takes time in proportion to its length, whatever it is made of', () => {
    const kinds = [
      '\\x41%41&lt;=3D""',
      '\x1b[31m',
      '\x1b]',
      '<b>',
      '<',
      '<b title="',
      's\n',
      's\0',
      '&#5',
      '=\n',
      "''",
      's3cr3t-valu',
      ' <a> ',
    ];
    for (const kind of kinds) {
      const slices = (chars: number) => {
        const text = kind.repeat(chars / kind.length);
        let looked = 0;
        const counting = {
          isEmpty: false,
          find: (part: string, options: Parameters<typeof mask.find>[1]) => (
            (looked += part.length),
            mask.find(part, options)
          ),
        };
        for (const _ of maskPieces(counting, text, true));
        return looked;
      };
      // a slice and what is held back, never the whole text again
      expect(slices(400_000), kind).toBeLessThan(400_000 * 4);
    }
  });
});
