import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isDeeper } from '../../../src/domain/text/json-depth.ts';

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

it('tells the depth of any JSON, whatever its texts hold', () => {
  const text = fc.oneof(
    fc.string({ unit: fc.constantFrom('[', '{', '"', '\\', ']', 'é') }),
    fc.constant('"'.repeat(90)),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { maxDepth: 12 },
      text,
      fc.array(tie('tree'), { maxLength: 2 }),
      fc.dictionary(text, tie('tree'), { maxKeys: 2 }),
    ),
  }));
  fc.assert(
    fc.property(tree, fc.integer({ min: 0, max: 12 }), (value, limit) => {
      expect(isDeeper(Buffer.from(JSON.stringify(value)), limit)).toBe(depthOf(value) > limit);
    }),
  );
});

it('finds what would overflow the stack of whoever walks over it', () => {
  expect(isDeeper(Buffer.from('['.repeat(200_000)), 500)).toBe(true);
  expect(isDeeper(Buffer.from(JSON.stringify({ text: '['.repeat(200_000) })), 500)).toBe(false);
});
