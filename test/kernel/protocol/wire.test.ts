import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/domain/text/json.ts';
import { decodeMessage, encodeMessage, WireError, type Message } from '../../../src/kernel/protocol/wire.ts';

// JSON has no -0, and no key that JSON.parse would take for a prototype.
const object = fc
  .dictionary(
    fc.string().filter((key) => key !== '__proto__'),
    fc.jsonValue({ maxDepth: 3 }),
  )
  .map((value) => JSON.parse(JSON.stringify(value)) as JsonObject);
const bytes = fc
  .uint8Array({ maxLength: 40 })
  .filter((frame) => !Buffer.from('<IDS|MSG>').equals(frame))
  .map((frame) => Buffer.from(frame));
const message: fc.Arbitrary<Message> = fc.record({
  identities: fc.array(bytes, { maxLength: 3 }),
  header: object,
  parent: object,
  metadata: object,
  content: object,
  buffers: fc.array(bytes, { maxLength: 3 }),
});

describe('wire', () => {
  it('decodes what it encodes', () => {
    fc.assert(
      fc.property(message, fc.string(), (sent, key) => {
        expect(decodeMessage(encodeMessage(sent, key), key)).toEqual(sent);
      }),
    );
  });

  it('refuses a changed part', () => {
    fc.assert(
      fc.property(message, fc.string({ minLength: 1 }), fc.nat(3), (sent, key, part) => {
        const frames = encodeMessage(sent, key);
        const at = sent.identities.length + 2 + part;
        frames[at] = Buffer.concat([frames[at]!, Buffer.from(' ')]);
        expect(() => decodeMessage(frames, key)).toThrow(new WireError('wrong signature'));
      }),
    );
  });

  it('refuses another key', () => {
    const frames = encodeMessage(
      { identities: [], header: {}, parent: {}, metadata: {}, content: {}, buffers: [] },
      'ours',
    );
    expect(() => decodeMessage(frames, 'theirs')).toThrow(WireError);
  });

  it.each([
    ['nothing', []],
    ['no delimiter', ['a', 'b', '{}', '{}', '{}', '{}']],
    ['too few parts', ['<IDS|MSG>', '', '{}', '{}', '{}']],
    ['no JSON', ['<IDS|MSG>', '', '{}', '{', '{}', '{}']],
    ['a list for an object', ['<IDS|MSG>', '', '[]', '{}', '{}', '{}']],
  ])('refuses %s', (_what, frames) => {
    expect(() =>
      decodeMessage(
        frames.map((frame) => Buffer.from(frame)),
        '',
      ),
    ).toThrow(WireError);
  });

  it('signs as the protocol says: HMAC-SHA256 over the four parts', () => {
    const [, signature] = encodeMessage(
      { identities: [], header: {}, parent: {}, metadata: {}, content: {}, buffers: [] },
      'key',
    );
    // printf '{}{}{}{}' | openssl dgst -sha256 -hmac key
    expect(String(signature)).toBe('ca767b02c5bc061ed184a9a029e7f93a7f2f7ed4e8fe74120fc1212f0b008fa3');
  });

  it('tells of a message that is cut, or too deep, its kind alone', () => {
    const deep = `{"data": ${'['.repeat(600)}${']'.repeat(600)}}`;
    const parts = ['<IDS|MSG>', '', '{"msg_type":"stream"}', '{"msg_id":"1"}', '{}', deep].map((part) =>
      Buffer.from(part),
    );
    const kind = { header: { msg_type: 'stream' }, parent: { msg_id: '1' }, content: {} };
    expect(decodeMessage(parts, '')).toMatchObject({ ...kind, lost: 'depth' });
    expect(decodeMessage(parts.slice(0, 5), 'any key', { isWhole: false })).toMatchObject({ ...kind, lost: 'size' });
    expect(() => decodeMessage(parts.slice(0, 3), 'any key', { isWhole: false })).toThrow(WireError);
  });

  it.each([
    [
      'of a text that ends in a character',
      JSON.stringify({ name: 'stdout', text: 'Total 5\né€' }).slice(0, -2),
      'Total 5\né€',
    ],
    ['of a text that ends in an escape', '{"name":"stdout","text":"Total 5\\u00', 'Total 5'],
    ['spelt with blanks', '{"name": "stdout", "text": "Total 5', 'Total 5'],
    ['of anything else', '{"name":"stdout","data":"Total 5', undefined],
    ['of nothing', '', undefined],
  ])('keeps the beginning %s', (_what, beginning, text) => {
    const parts = ['<IDS|MSG>', '', '{"msg_type":"stream"}', '{"msg_id":"1"}', '{}'].map((part) => Buffer.from(part));
    const message = decodeMessage(parts, 'any key', { isWhole: false, cut: Buffer.from(beginning) });
    expect(message).toMatchObject({ lost: 'size', content: text === undefined ? {} : { name: 'stdout', text } });
  });

  it('keeps the beginning of a text that is cut inside a letter', () => {
    const parts = ['<IDS|MSG>', '', '{"msg_type":"stream"}', '{"msg_id":"1"}', '{}'].map((part) => Buffer.from(part));
    const cut = Buffer.from('{"name":"stdout","text":"Total 5€').subarray(0, -1);
    expect(decodeMessage(parts, '', { isWhole: false, cut }).content).toEqual({ name: 'stdout', text: 'Total 5' });
  });
});
