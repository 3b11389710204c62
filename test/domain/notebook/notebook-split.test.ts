import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseNotebook, parseNotebookBytes } from '../../../src/domain/notebook/notebook-parse.ts';
import { splitList } from '../../../src/domain/notebook/notebook-split.ts';

const decode = (bytes: Uint8Array) => new TextDecoder('utf-8', { fatal: true }).decode(bytes);
const bytesOf = (text: string) => new TextEncoder().encode(text);
const texts = (pieces: ReturnType<typeof splitList>) =>
  pieces && { head: decode(pieces.head), cells: pieces.items.map(decode), tail: decode(pieces.tail) };

describe('a notebook in pieces', () => {
  it.each([
    ['{"a": [1], "cells": [1 , {"b": "]"}], "c": 2}', ['1', '{"b": "]"}'].map((text) => text.trim()), ', "c": 2}'],
    ['{"cells":[]}', [], '}'],
    ['\ufeff { "cells" : [ "\\\\" , "\\\\\\"]" ] } ', ['"\\\\"', '"\\\\\\"]"'], ' } '],
  ])('%j', (text, cells, end) => {
    const pieces = texts(splitList(bytesOf(text), 'cells'));
    expect(pieces?.cells.map((cell) => cell.trim())).toEqual(cells);
    expect(pieces?.tail).toBe(`]${end}`);
    expect(pieces?.head).toMatch(/^ ?\{.*\[$/);
  });

  it.each([
    '',
    '[]',
    '{}',
    '{"cells": 1}',
    '{"cells": [1',
    '{"cells": [1}',
    '{"cells": ["a]}',
    '{"cells": [], "cells": [1]}',
    '{"\\u0063ells": [], "cells": [1]}',
    '{"worksheets": [{"cells": []}]}',
    '{"cells" []}',
  ])('%j has none', (text) => {
    expect(splitList(bytesOf(text), 'cells')).toBeUndefined();
  });
});

describe('a notebook read from its bytes', () => {
  const output = fc.record({
    output_type: fc.constant('stream'),
    name: fc.constant('stdout'),
    text: fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.string())),
    metadata: fc.dictionary(fc.string(), fc.jsonValue()),
  });
  const cell = fc.record({
    cell_type: fc.constantFrom('code', 'markdown', 'raw'),
    id: fc.constantFrom('a', 'b', 'c'),
    source: fc.oneof(fc.string({ unit: 'grapheme' }), fc.array(fc.string())),
    metadata: fc.dictionary(fc.string(), fc.jsonValue()),
    outputs: fc.array(output),
  });
  const file = fc.record({
    metadata: fc.dictionary(fc.string(), fc.jsonValue()),
    nbformat: fc.constant(4),
    cells: fc.array(cell),
  });

  it('is the same as one read from its text, with or without its outputs', () => {
    fc.assert(
      fc.property(file, fc.constantFrom(0, 1), (notebook, indent) => {
        const text = JSON.stringify(notebook, null, indent);
        const whole = parseNotebook(text);
        expect(parseNotebookBytes(bytesOf(text), { decode, outputs: true })).toEqual(whole);
        expect(parseNotebookBytes(bytesOf(text), { decode, outputs: false })).toEqual({
          ...whole,
          cells: whole.cells.map((each) => ({ ...each, outputs: [] })),
        });
      }),
    );
  });

  it('is refused for the same reason, wherever the text is damaged', () => {
    const outcome = (read: () => unknown): { notebook?: unknown; error?: string } => {
      try {
        return { notebook: read() };
      } catch (error) {
        return { error: String(error) };
      }
    };
    fc.assert(
      fc.property(
        file,
        fc.nat(),
        fc.constantFrom('', '"', '}', ']', ',', '\\', '<<<<<<<\n'),
        (notebook, at, damage) => {
          const text = JSON.stringify(notebook);
          const place = at % text.length;
          const damaged = text.slice(0, place) + damage + text.slice(place + 1);
          if (!damaged.isWellFormed()) return;
          expect(outcome(() => parseNotebookBytes(bytesOf(damaged), { decode, outputs: true }))).toEqual(
            outcome(() => parseNotebook(damaged)),
          );
        },
      ),
    );
  });
});
