import { expect, it } from 'vitest';
import { createMask } from '../../../src/domain/mask/mask.ts';
import { LongJson } from '../../../src/domain/text/json-long.ts';
import { maskBundle } from '../../../src/worker/output/output-mask.ts';
import { boundBundle, bundleSize, storeBundle } from '../../../src/worker/output/output-bundle.ts';

const mask = createMask(['s3cr3t "value"\\é']);
const json = (value: unknown) => new LongJson(JSON.stringify([value, 'x'.repeat(20_000)]));

it('leaves out long JSON that has a secret in it, however its text is escaped', async () => {
  const secret = 's3cr3t "value"\\é';
  const escaped = new LongJson(json(secret).text.replace('é', '\\u00e9').replace('s3', '\\u0073\\u0033'));
  for (const value of [json(secret), escaped, json({ [secret]: 1 })])
    expect(await maskBundle({ 'a/json': value, 'text/plain': `a ${secret}` }, mask)).toEqual({
      bundle: { 'text/plain': expect.not.stringContaining(secret) },
      isWhole: false,
    });
  const clean = { 'a/json': json('s3cr3t value') };
  expect(await maskBundle(clean, mask)).toEqual({ bundle: clean, isWhole: true });
});

it('stores long JSON as its text', async () => {
  const put: string[] = [];
  const blobs = {
    put: async (bytes: Uint8Array) => {
      put.push(Buffer.from(bytes).toString());
      return { hash: 'h', sizeBytes: bytes.byteLength };
    },
  };
  const bundle = { 'a/json': json('é') };
  const { text } = bundle['a/json'];
  expect(boundBundle(bundle)).toEqual({ bundle, isWhole: true });
  expect(bundleSize(bundle)).toBe('a/json'.length + text.length);
  expect(await storeBundle(blobs, bundle)).toEqual({
    'a/json': { $blob: 'h', sizeBytes: Buffer.byteLength(text), encoding: 'json' },
  });
  expect(put).toEqual([text]);
});
