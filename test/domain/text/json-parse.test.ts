import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseWellFormed } from '../../../src/domain/text/json-parse.ts';

it('replaces halves of surrogate pairs in texts and names, and nothing else', () => {
  expect(parseWellFormed('{"a\\ud800": ["\\udfff", {"b": "\\uD83D\\uDE00", "__proto__": 1}], "n": 1.5}')).toEqual(
    JSON.parse('{"a\ufffd": ["\ufffd", {"b": "\u{1f600}", "__proto__": 1}], "n": 1.5}'),
  );
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
      expect(parseWellFormed(JSON.stringify(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
