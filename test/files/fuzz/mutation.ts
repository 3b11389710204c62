/** Changes of a file's bytes: flips, cuts, copies, pieces of the formats, deep nesting, long repetitions. */
import fc from 'fast-check';
import { bytesOf } from './seed.ts';

type Mutation = (bytes: Uint8Array) => Uint8Array;

/** What means something to one of the readers. */
const PIECES = [
  ...[
    '"',
    "'",
    '\\',
    '\\"',
    '{',
    '}',
    '[',
    ']',
    '(',
    ')',
    ',',
    ':',
    ';',
    '#',
    '|',
    '=',
    '`',
    '$',
    '&',
    '*',
    '!',
    '%',
    '<',
    '>',
  ],
  ...[
    '\n',
    '\r\n',
    '\r',
    ' ',
    '\t',
    '\0',
    '\u2028',
    '\ufeff',
    '\u00e9',
    '\u202e',
    '\u{1f600}',
    '\ud800',
    '\\ud800',
    '\\u0000',
  ],
  ...[
    'null',
    'true',
    '-0',
    '1e999',
    '9007199254740993',
    '-1',
    '""',
    '[]',
    '{}',
    '__proto__',
    'constructor',
    'toString',
  ],
  ...[
    '# %%',
    '# ---\n',
    '---\n',
    '```',
    '~~~',
    '{r}',
    '{python}',
    '+++',
    '# COMMAND ----------',
    '# MAGIC %md',
    '-- %%',
  ],
  ...[
    '"""',
    "'''",
    'f"{',
    'lambda:',
    'class A(Enum):\n',
    ' = ',
    ': int = ',
    '->',
    '@',
    'if x:\n',
    '    ',
    '\\\n',
    '/*',
    '*/',
  ],
  ...[
    '"tags": ["parameters"],',
    '"cells": [',
    '"outputs": [',
    '"source": ',
    '"nbformat": 3,',
    '"metadata": {',
    '!r x',
    '&a ',
    '*a',
  ],
  ...['"pattern": "(a+)+$",', '"enum": [],', '"$ref": "#",', '"type": [],', '"default": 1,', '"minimum": 1e400,'],
  ...[
    '<h1>',
    '</h1>',
    '<!-- ',
    ' -->',
    '$$',
    '](',
    '[^1]',
    '{ref}`',
    ':::',
    '`r ',
    'params$',
    '%%bash\n',
    '%%script_runner_sql x\n',
  ],
] as const;

const OPENING = [
  '[',
  '{',
  '(',
  '{"a":',
  '- ',
  '> ',
  '[[',
  '<div>',
  '*',
  '_',
  '((',
  '  - ',
  'not ',
  '-',
  'f(',
  'x[',
  '"a":{',
  '&x [',
  'if x:\n ',
];

const place = fc.double({ min: 0, max: 1, noNaN: true });
const piece = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...PIECES) }, fc.string({ maxLength: 8 })).map(bytesOf);

/** `mostRepeats`: how long repetitions get. */
export function mutations(mostRepeats: number): fc.Arbitrary<Mutation> {
  const repeats = fc.integer({ min: 2, max: mostRepeats });
  const span = fc.tuple(place, fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 2000 })));
  return fc.oneof(
    fc.tuple(place, fc.integer({ min: 1, max: 255 })).map(
      ([at, sign]): Mutation =>
        (bytes) =>
          bytes.map((byte, index) => (index === positionOf(at, bytes) ? byte ^ sign : byte)),
    ),
    place.map(
      (at): Mutation =>
        (bytes) =>
          bytes.slice(0, positionOf(at, bytes)),
    ),
    fc.tuple(place, piece).map(([at, given]) => replaced(at, 0, () => given)),
    fc.tuple(span, piece).map(([[at, length], given]) => replaced(at, Math.min(length, 40), () => given)),
    span.map(([at, length]) => replaced(at, length, () => new Uint8Array())),
    fc.tuple(span, repeats).map(([[at, length], times]) => replaced(at, length, (found) => repeated(found, times))),
    fc.tuple(place, piece, repeats).map(([at, given, times]) => replaced(at, 0, () => repeated(given, times))),
    fc
      .tuple(place, fc.constantFrom(...OPENING), repeats)
      .map(([at, sign, times]) => replaced(at, 0, () => repeated(bytesOf(sign), times))),
    fc.tuple(span, place).map(([[from, length], to]): Mutation => (bytes) => {
      const start = positionOf(from, bytes);
      return replaced(to, 0, () => bytes.slice(start, start + length))(bytes);
    }),
  );
}

function positionOf(place: number, bytes: Uint8Array): number {
  return Math.floor(place * bytes.length);
}

function replaced(place: number, length: number, by: (found: Uint8Array) => Uint8Array): Mutation {
  return (bytes) => {
    const at = positionOf(place, bytes);
    return Buffer.concat([bytes.subarray(0, at), by(bytes.subarray(at, at + length)), bytes.subarray(at + length)]);
  };
}

function repeated(bytes: Uint8Array, times: number): Uint8Array {
  const whole = new Uint8Array(bytes.length * times);
  for (let at = 0; at < times; at += 1) whole.set(bytes, at * bytes.length);
  return whole;
}
