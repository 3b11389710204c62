import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseOutput } from '../../../src/domain/notebook/notebook-text.ts';
import { isJsonObject, isLines, type Json } from '../../../src/domain/text/json.ts';
import { parseJsonText } from '../../../src/domain/text/json-text.ts';

const decode = (bytes: Uint8Array) => new TextDecoder('utf-8', { fatal: true }).decode(bytes);
const bytesOf = (text: string) => new TextEncoder().encode(text);
const joined = (value: Json | undefined): Json | undefined => (isLines(value) ? value.join('') : value);
const parse = (text: string, limits = { longBytes: 20, pieceBytes: 13 }) => parseOutput(bytesOf(text), decode, limits);

/** With every text that may be a list of lines as one. */
function whole(output: Json): unknown {
  if (!isJsonObject(output)) return output;
  const data = isJsonObject(output['data']) ? Object.entries(output['data']) : [];
  return {
    ...output,
    text: joined(output['text']),
    bundle: data.map(([mime, value]) => [mime, mime.endsWith('json') ? value : joined(value)]),
    data: undefined,
  };
}

const unit = fc.constantFrom('a', '\n', '"', '\\', 'é', '東', '😀', '\ufeff', '\u2028', '\x1b', '\x00', ' ');
const text = fc.string({ unit, maxLength: 80 });
const lines = fc.oneof(text, fc.array(text), fc.constant(null), fc.array(fc.oneof(text, fc.integer())));
const output = fc.record(
  {
    output_type: fc.constant('stream'),
    text: lines,
    data: fc.dictionary(fc.constantFrom('text/plain', 'a+json'), lines),
  },
  { requiredKeys: [] },
);

describe('an output with long texts', () => {
  it('is the same as one that is read as a whole, but for the pieces of its texts', () => {
    fc.assert(
      fc.property(output, fc.constantFrom(0, 1), fc.boolean(), (value, indent, isAscii) => {
        const json = JSON.stringify(value, null, indent);
        const written = isAscii
          ? json.replace(/[^\x00-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
          : json;
        expect(whole(parse(written))).toEqual(whole(parseJsonText(written)));
      }),
      { numRuns: 1000 },
    );
  });

  it('has pieces of about the size that is wanted, and leaves JSON as it is', () => {
    const long = 'x'.repeat(100);
    const { text: pieces, data } = parse(
      JSON.stringify({ text: long, data: { 'text/plain': [long], 'a+json': [long] } }),
    ) as {
      text: string[];
      data: Json;
    };
    expect(pieces.map(({ length }) => length)).toEqual([13, 13, 13, 13, 13, 13, 13, 9]);
    expect(data).toEqual({ 'text/plain': [long], 'a+json': [long] });
  });

  it.each([
    '{"text": ["aaaaaaaaaaaaaaaaaaaaaaaaa" "b"]}',
    '{"text": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaa\\q"}',
    '{"text": ["a"',
  ])('is refused if it is no JSON: %s', (json) => {
    expect(() => parse(json)).toThrow();
  });
});
